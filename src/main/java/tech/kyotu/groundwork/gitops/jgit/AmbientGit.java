package tech.kyotu.groundwork.gitops.jgit;

import java.io.File;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Nothing of the machine reaches the library: no configuration of a user or a system, no GIT_
 * variables. JGit would also write there, start Git programs to find it, and measure the file
 * system's clock, which costs the first clone seconds.
 */
final class AmbientGit extends SystemReader.Delegate {

  private static final int MIB = 1 << 20;

  private AmbientGit(SystemReader machine) {
    super(machine);
    setPlatformChecker();
  }

  /** For the whole process, because these are static in JGit and in the JDK. */
  static void hide() {
    SystemReader.setInstance(new AmbientGit(SystemReader.getInstance()));
    WindowCacheConfig cache = new WindowCacheConfig();
    cache.setPackedGitLimit(32L * MIB);
    cache.setPackedGitOpenFiles(64);
    cache.setDeltaBaseCacheLimit(8 * MIB);
    cache.setStreamFileThreshold(MIB);
    cache.install();
    // Of an answer that was cut the JDK would else read the rest, in a thread of its own, as long
    // as its server likes; and keep the socket so long.
    System.setProperty("http.KeepAlive.remainingData", "0");
  }

  @Override
  public @Nullable String getenv(String variable) {
    return variable.startsWith("GIT_") ? null : super.getenv(variable);
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new Empty(fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    return new Empty(fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new Empty(fs);
  }

  /** A configuration that holds nothing and is never written. */
  private static final class Empty extends FileBasedConfig {

    Empty(FS fs) {
      super(new File("/nonexistent"), fs);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }

    @Override
    public long getTimeUnit(
        String section,
        @Nullable String subsection,
        String name,
        long defaultValue,
        TimeUnit wanted) {
      return section.equals("filesystem") && name.equals("timestampResolution")
          ? wanted.convert(10, TimeUnit.MILLISECONDS)
          : super.getTimeUnit(section, subsection, name, defaultValue, wanted);
    }
  }
}
