/**
 * The command line {@code kubectl project}: what people ask of the operator and of the API server,
 * with their own rights. Nothing is decided here. A class that picocli reads names no type of the
 * Kubernetes client in its members, so that help and wrong use load none of it.
 */
@NullMarked
package tech.kyotu.groundwork.cli;

import org.jspecify.annotations.NullMarked;
