package tech.kyotu.groundwork.testing;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.lang.reflect.Executable;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One {@link ControlPlane} and one {@link VaultServer} for all suites of a JVM, started when the
 * first one asks, stopped after the last. A suite declares {@code @ExtendWith(SharedServers.class)}
 * and takes them as parameters of its constructor or test methods; it must leave nothing behind
 * that another could meet, so it works in namespaces of its own.
 *
 * <p>The control plane has an audit log; the Vault admits its pods at {@code kubernetes}.
 */
public final class SharedServers implements ParameterResolver, ExecutionCondition {

  /** Skips what asks for a missing server, and fails it where {@code CI=true}. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    Stream<? extends Executable> asking =
        context.getTestMethod().isPresent()
            ? context.getTestMethod().stream()
            : context.getTestClass().stream()
                .flatMap(type -> Arrays.stream(type.getDeclaredConstructors()));
    return asking
        .flatMap(executable -> Arrays.stream(executable.getParameterTypes()))
        .flatMap(type -> absenceFor(type).stream())
        .findFirst()
        .map(ConditionEvaluationResult::disabled)
        .orElse(enabled("every server it asks for is there"));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ControlPlane.class || type == VaultServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // The root's store outlives every suite and closes what it holds, the youngest first.
    Store store = context.getRoot().getStore(Namespace.create(SharedServers.class));
    ControlPlane cluster =
        store.getOrComputeIfAbsent(
            ControlPlane.class,
            key -> ControlPlane.setup().withAuditLog().start(),
            ControlPlane.class);
    return parameter.getParameter().getType() == ControlPlane.class
        ? cluster
        : store.getOrComputeIfAbsent(VaultServer.class, key -> vaultOf(cluster), VaultServer.class);
  }

  private static VaultServer vaultOf(ControlPlane cluster) {
    VaultServer vault = VaultServer.start();
    vault.enableKubernetesAuth(cluster);
    return vault;
  }

  private static Optional<String> absenceFor(Class<?> type) {
    if (type == ControlPlane.class) {
      return ServerBinary.absence(
          ServerBinary.ETCD, ServerBinary.KUBE_APISERVER, ServerBinary.KUBE_CONTROLLER_MANAGER);
    }
    return type == VaultServer.class
        ? ServerBinary.absence(ServerBinary.values())
        : Optional.empty();
  }
}
