/**
 * A repository through JGit 7.5: a bare clone without a work tree, so that no hook, filter, link or
 * Git program can ever run, and smart HTTP or SSH over connections of our own. Only this package
 * imports JGit and the SSH library (Apache MINA SSHD 2.16, loaded only where an address is of SSH);
 * what it answers, and what it throws, is in the words of the port.
 *
 * <p>Facts about JGit that it rests on: a push returns normally when it was rejected; without an
 * expected old id it creates a branch that is gone; closing a transport frees no thread that waits
 * on its socket; the results of a local ref update are values, not exceptions.
 */
@NullMarked
package tech.kyotu.groundwork.gitops.jgit;

import org.jspecify.annotations.NullMarked;
