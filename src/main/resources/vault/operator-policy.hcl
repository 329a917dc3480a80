# What the operator itself may do in Vault (checked with HashiCorp Vault 1.13).
#
# Replace <mount> by the path of the key/value engine (vault.mount, default secret) and <kubernetes>
# by the path of the Kubernetes auth method (vault.auth-mount, default kubernetes). Lines that begin
# with "#v1 " take the place of those that end in "#v2" where the engine has version 1.
#
# Who may write policies and attach them can raise rights: guard this identity like an
# administrator's. The fixed beginnings of the names limit accidents, not a thief. No secret value
# can be read with it, and no system of Vault's own needs sudo.

# Policies of Projects, and their list.
path "sys/policies/acl/project-*" { capabilities = ["create", "read", "update", "delete"] }
path "sys/policies/acl"           { capabilities = ["list"] }
path "sys/policies/acl/"          { capabilities = ["list"] }

# Groups of Projects and of Google groups. By name only: a write by id, or to identity/group, names
# its target in the body, where no rule can fence it.
path "identity/group/name/project-*"    { capabilities = ["create", "read", "update", "delete"] }
path "identity/group/name/groundwork-*" { capabilities = ["create", "read", "update", "delete"] }
path "identity/group/name"              { capabilities = ["list"] }
path "identity/group/name/"             { capabilities = ["list"] }
path "identity/group/id/*"              { capabilities = ["read"] }
path "identity/lookup/group"            { capabilities = ["create", "update"] }
path "identity/group-alias"             { capabilities = ["create", "update"] }

# Roles by which pods of Projects log in.
path "auth/<kubernetes>/role/project-*" { capabilities = ["create", "read", "update", "delete"] }
path "auth/<kubernetes>/role"           { capabilities = ["list"] }
path "auth/<kubernetes>/role/"          { capabilities = ["list"] }

# How aliases name the auth method of people, and which version the key/value engine has.
path "sys/auth"                       { capabilities = ["read"] }
path "sys/internal/ui/mounts/<mount>" { capabilities = ["read"] }

# Whose a folder of secrets is.
path "<mount>/metadata/groundwork/owners/*" { capabilities = ["create", "read", "update", "list", "delete"] } #v2
#v1 path "<mount>/groundwork/owners/*" { capabilities = ["create", "read", "update", "list", "delete"] }

# Whether a folder holds secrets, and their destruction. Take "delete" away where
# spec.deletion.secrets: Destroy is not offered.
path "<mount>/metadata/*" { capabilities = ["list", "delete"] } #v2
#v1 path "<mount>/*" { capabilities = ["list", "delete"] }

# Its own token.
path "auth/token/renew-self"  { capabilities = ["update"] }
path "auth/token/lookup-self" { capabilities = ["read"] }
