package tech.kyotu.groundwork.playground;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a person at the keyboard can do to a playground that stays up; one key after the other.
 *
 * @param all the keys
 * @param out where is said what happens
 */
record Keys(List<Key> all, PrintStream out) {

  /**
   * One key.
   *
   * @param letter to type
   * @param label what it does, in two or three words
   * @param deed does it; its exception is told and ends nothing
   */
  record Key(char letter, String label, Runnable deed) {}

  /** All keys in a line. */
  String legend() {
    return all.stream()
        .map(key -> key.letter() + " " + key.label())
        .collect(Collectors.joining("   "));
  }

  /**
   * Does what is typed until the input ends; a program that is asked to end needs no wait for it.
   */
  void follow(InputStream typed) {
    Thread reader = new Thread(() -> read(typed), "keys");
    reader.setDaemon(true);
    reader.start();
  }

  void read(InputStream typed) {
    try {
      for (int letter = typed.read(); letter >= 0; letter = typed.read()) {
        press((char) letter);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void press(char letter) {
    if (Character.isWhitespace(letter)) {
      return;
    }
    all.stream()
        .filter(key -> key.letter() == letter)
        .findFirst()
        .ifPresentOrElse(this::press, () -> out.println("  keys: " + legend()));
  }

  private void press(Key key) {
    try {
      key.deed().run();
    } catch (RuntimeException e) {
      out.println("  " + key.label() + ": " + e.getMessage());
    }
  }
}
