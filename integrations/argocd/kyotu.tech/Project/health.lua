-- How Argo CD shows a Project of Groundwork. The message is that of condition Ready, which says
-- what is wrong, what to do, and when it is tried again.
local function condition(name)
  for _, it in ipairs(obj.status.conditions or {}) do
    if it.type == name then
      return it
    end
  end
  return nil
end

local function isTrue(name)
  local found = condition(name)
  return found ~= nil and found.status == "True"
end

-- Before its first sight, and after each edit until the operator has looked at it.
local ready = nil
if obj.status ~= nil and obj.status.observedGeneration == obj.metadata.generation then
  ready = condition("Ready")
end
if ready == nil then
  return {
    status = "Progressing",
    message = "Waiting for the Groundwork operator. If this lasts, run: kubectl project check.",
  }
end

local status = "Degraded"
if obj.metadata.deletionTimestamp ~= nil then
  if not isTrue("Stalled") then
    status = "Progressing"
  end
elseif obj.spec.suspend or ready.reason == "Planned" then
  status = "Suspended"
elseif isTrue("Stalled") then
  status = "Degraded"
elseif isTrue("Reconciling") then
  status = "Progressing"
elseif ready.status == "True" then
  status = "Healthy"
end

return { status = status, message = ready.message }
