package tech.kyotu.groundwork.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a world keeps its files.
 *
 * @param out what people and tools look at: kubeconfig, addresses, logs
 * @param data what the servers keep, and the credentials of the operator
 * @param keep whether the data stays when the world ends
 */
record Places(Path out, Path data, boolean keep) implements AutoCloseable {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The logs that belong to a Kubernetes control plane, by the name its processes give them. */
  private static final List<String> CLUSTER_LOGS =
      List.of("etcd.log", "kube-apiserver.log", "kube-controller-manager.log");

  /** Makes the folders; old logs go, so that what is found in them is of this run. */
  static Places prepare(Wishes wishes) {
    try {
      Path out = Files.createDirectories(wishes.out()).toRealPath();
      Optional<Path> given = wishes.data();
      Path data =
          given.isPresent()
              ? Files.createDirectories(given.get()).toRealPath()
              : Files.createTempDirectory("groundwork-");
      Places places = new Places(out, data, wishes.keep() || given.isPresent());
      delete(places.logs());
      Files.createDirectories(places.logs());
      Files.createDirectories(data.resolve("credentials"));
      places.linkClusterLogs();
      return places;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path logs() {
    return out.resolve("logs");
  }

  Path cluster() {
    return data.resolve("cluster");
  }

  Path repositories() {
    return data.resolve("git");
  }

  /** Writes a credential of the operator to a file of its own, readable by its owner alone. */
  Path credential(String name, String value) {
    return write(data.resolve("credentials").resolve(name), value);
  }

  /** Writes a file as a whole: who reads it meanwhile sees the old one or the new one. */
  static Path write(Path file, String text) {
    try {
      Path half =
          Files.createTempFile(file.getParent(), file.getFileName().toString(), "", PRIVATE);
      Files.writeString(half, text, UTF_8);
      return Files.move(
          half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (!keep) {
      delete(data);
    }
  }

  /** The control plane writes its logs below its data; people look for them elsewhere. */
  private void linkClusterLogs() throws IOException {
    Path written = Files.createDirectories(cluster().resolve("logs"));
    for (String name : CLUSTER_LOGS) {
      Files.deleteIfExists(written.resolve(name));
      Files.createSymbolicLink(written.resolve(name), logs().resolve(name));
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
