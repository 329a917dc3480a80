package tech.kyotu.groundwork.playground;

import java.io.PrintStream;

/** Tells a person where things are and what to try next. */
record Hints(World world, EnvFile env, Options options, PrintStream out) {

  void tell() {
    out.println();
    out.println("kubeconfig   " + env.kubeconfig());
    out.println("addresses    " + world.places().out().resolve("env") + " (a shell file)");
    out.println("logs         " + world.places().logs());
    out.println();
    out.println("Try:  source target/playground/env");
    out.println("      kubectl get projects");
    if (options.serversOnly()) {
      out.println("      KUBECONFIG=" + world.operatorKubeconfig() + " \\");
      out.println("        java @src/main/jvm.options -Dquarkus.profile=playground \\");
      out.println("        -Dquarkus.config.locations=target/playground/operator.properties \\");
      out.println("        -jar target/quarkus-app/quarkus-run.jar");
      out.println("      kubectl apply -f examples/test-project.yaml");
    } else {
      out.println("      ./kubectl-project trace test-project");
      out.println("      ./kubectl-project plan -f examples/");
      out.println("      ./kubectl-project access test-project");
      out.println(
          "      kubectl delete secret -n test-project-dev gitlab-registry-image-pull-secret");
      out.println("      git clone \"$FLUX_REPO_URL\"");
      tellOfFollowers();
      out.println("      ./kubectl-project plan --delete test-project");
      out.println("      kubectl delete project test-project");
    }
    out.println("Ctrl-C ends everything.");
    out.println();
  }

  private void tellOfFollowers() {
    if (world.has(Follower.FLUX)) {
      out.println("      kubectl -n flux-system get gitrepositories,kustomizations");
      out.println("      kubectl -n test-project-dev get rolebindings,serviceaccounts");
    }
    if (world.has(Follower.ARGOCD)) {
      out.println("      kubectl -n argocd get applications,applicationsets,appprojects");
      out.println("      git clone \"$DEPLOYMENT_REPO_URL\" and push a folder beside");
      out.println("        manifests/test-project-dev/web; ConfigMaps do, no kubelet runs a pod");
    }
  }
}
