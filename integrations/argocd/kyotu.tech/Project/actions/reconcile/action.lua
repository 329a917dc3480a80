-- Asks for one full look. The value is echoed in status.lastHandledReconcileAt.
local os = require("os")
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["kyotu.tech/reconcile-requested-at"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
