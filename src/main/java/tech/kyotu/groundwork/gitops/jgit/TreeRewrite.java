package tech.kyotu.groundwork.gitops.jgit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.PackInserter;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.jspecify.annotations.Nullable;

/**
 * Writes only the trees on the way to what changes. Names of entries are kept as Latin-1, one char
 * for each byte, so that any name comes out as it went in, and sorts as Git sorts.
 */
record TreeRewrite(ObjectReader reader, PackInserter inserter) {

  private record Entry(FileMode mode, ObjectId id) {}

  /** The tree with these changes; empty if nothing is left in it. */
  Optional<ObjectId> rewritten(@Nullable ObjectId tree, Map<String, Optional<byte[]>> wanted)
      throws IOException {
    Map<String, Entry> entries = entries(tree);
    Map<String, Map<String, Optional<byte[]>>> inFolders = new TreeMap<>();
    for (Map.Entry<String, Optional<byte[]>> change : wanted.entrySet()) {
      String[] parts = change.getKey().split("/", 2);
      if (parts.length == 2) {
        inFolders
            .computeIfAbsent(parts[0], absent -> new TreeMap<>())
            .put(parts[1], change.getValue());
      } else {
        put(entries, parts[0], change.getValue());
      }
    }
    for (Map.Entry<String, Map<String, Optional<byte[]>>> folder : inFolders.entrySet()) {
      Entry known = entries.get(folder.getKey());
      ObjectId below = known != null && known.mode() == FileMode.TREE ? known.id() : null;
      rewritten(below, folder.getValue())
          .ifPresentOrElse(
              id -> entries.put(folder.getKey(), new Entry(FileMode.TREE, id)),
              () -> entries.remove(folder.getKey()));
    }
    return entries.isEmpty() ? Optional.empty() : Optional.of(written(entries));
  }

  private void put(Map<String, Entry> entries, String name, Optional<byte[]> content)
      throws IOException {
    if (content.isEmpty()) {
      entries.remove(name);
      return;
    }
    ObjectId id = inserter.insert(Constants.OBJ_BLOB, content.get());
    Entry known = entries.get(name);
    boolean isExecutable = known != null && known.mode() == FileMode.EXECUTABLE_FILE;
    entries.put(
        name, new Entry(isExecutable ? FileMode.EXECUTABLE_FILE : FileMode.REGULAR_FILE, id));
  }

  private Map<String, Entry> entries(@Nullable ObjectId tree) throws IOException {
    Map<String, Entry> entries = new HashMap<>();
    if (tree == null) {
      return entries;
    }
    CanonicalTreeParser parser = new CanonicalTreeParser();
    for (parser.reset(reader, tree); !parser.eof(); parser.next()) {
      byte[] name = new byte[parser.getNameLength()];
      parser.getName(name, 0);
      entries.put(
          new String(name, StandardCharsets.ISO_8859_1),
          new Entry(parser.getEntryFileMode(), parser.getEntryObjectId()));
    }
    return entries;
  }

  private ObjectId written(Map<String, Entry> entries) throws IOException {
    TreeMap<String, String> sorted = new TreeMap<>();
    entries.forEach(
        (name, entry) -> sorted.put(entry.mode() == FileMode.TREE ? name + "/" : name, name));
    TreeFormatter formatter = new TreeFormatter();
    for (String name : sorted.values()) {
      Entry entry = entries.get(name);
      if (entry != null) {
        formatter.append(name.getBytes(StandardCharsets.ISO_8859_1), entry.mode(), entry.id());
      }
    }
    return inserter.insert(formatter);
  }
}
