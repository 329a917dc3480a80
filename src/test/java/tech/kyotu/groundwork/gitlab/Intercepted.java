package tech.kyotu.groundwork.gitlab;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.regex.Pattern;
import tech.kyotu.groundwork.step.StepException;

/** Ports whose every call a test may see, change, or let something happen around. */
final class Intercepted {

  /** What comes of a call. */
  interface Behaviour {
    Object answer(Call call) throws Throwable;
  }

  /**
   * One call.
   *
   * @param target what answers it
   * @param method of the port
   * @param arguments in their order
   */
  record Call(Object target, Method method, Object... arguments) {

    private static final Pattern WRITES =
        Pattern.compile("create|issue|revoke|write|delete|attach|detach");

    boolean is(String name) {
      return method.getName().equals(name);
    }

    /** Whether it goes outside; what cannot fail is answered from memory. */
    boolean isOutside() {
      return Arrays.asList(method.getExceptionTypes()).contains(StepException.class);
    }

    /** Whether it changes something outside. */
    boolean isWrite() {
      return WRITES.matcher(method.getName()).lookingAt();
    }

    /** The target's own answer. */
    Object proceed() throws Throwable {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException failed) {
        throw failed.getCause();
      }
    }

    /** The target's own answer to other arguments. */
    Object proceed(Object... others) throws Throwable {
      return new Call(target, method, others).proceed();
    }

    @Override
    public String toString() {
      return method.getName();
    }
  }

  private Intercepted() {}

  /** The port, behaving like this. */
  static <T> T port(Class<T> port, T target, Behaviour behaviour) {
    Object proxy =
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (self, method, arguments) ->
                behaviour.answer(
                    new Call(target, method, arguments == null ? new Object[0] : arguments)));
    return port.cast(proxy);
  }
}
