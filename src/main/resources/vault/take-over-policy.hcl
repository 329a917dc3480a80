# For the time of one move: rights that bank-vaults gave by the shared files of layout shared are
# given by Groundwork itself from now on, and the policies <key>_access have to go (checked with
# HashiCorp Vault 1.13).
#
# Add this policy to the operator's role beside operator-policy.hcl before vault.address is set, and
# take it away once no Project says any more that such a policy may still give rights. A rule of
# Vault's policies can match by the beginning of a name only, so this reaches every policy: add a
# line that denies for each of the platform's own.
path "sys/policies/acl/*"           { capabilities = ["read", "delete"] }
path "sys/policies/acl/groundwork*" { capabilities = ["deny"] }
path "sys/policies/acl/default"     { capabilities = ["deny"] }
