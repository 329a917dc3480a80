-- Asks for one rotation of the registry token, with the usual grace for the former one.
local os = require("os")
if obj.metadata.annotations == nil then
  obj.metadata.annotations = {}
end
obj.metadata.annotations["kyotu.tech/rotate-token"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
