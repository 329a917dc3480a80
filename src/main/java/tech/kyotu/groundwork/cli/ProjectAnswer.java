package tech.kyotu.groundwork.cli;

import tech.kyotu.groundwork.api.ProjectRef;

/**
 * What a verb answers that does something with one Project: sentences to people, and to programs
 * the Project as it is stored then.
 */
final class ProjectAnswer {

  private final Session session;
  private final ProjectRef ref;
  private final Form form;

  /**
   * An answer.
   *
   * @param verb as the caller wrote it
   * @throws Failure if the verb does not know the wanted form
   */
  ProjectAnswer(Session session, ProjectRef ref, String verb) {
    this.session = session;
    this.ref = ref;
    this.form = session.flags().form.of(verb);
  }

  /** Says what was done; more sentences may follow, which are for people alone. */
  void done(String sentence) {
    switch (form) {
      case JSON, YAML -> session.screen().data(form, session.cluster().stored(ref));
      case NAME -> named();
      default -> session.screen().line(sentence);
    }
  }

  /** Says that the Project is gone; there is nothing stored of it then. */
  void gone(String sentence) {
    if (form == Form.NAME) {
      named();
    } else {
      more(sentence);
    }
  }

  private void named() {
    session.screen().line("project.kyotu.tech/" + ref.name());
  }

  /** Says something more to people. */
  void more(String sentence) {
    if (!form.isForPrograms()) {
      session.screen().line(sentence);
    }
  }
}
