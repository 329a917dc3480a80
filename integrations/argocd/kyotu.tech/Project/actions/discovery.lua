-- A suspended Project is only resumed; what is planned or goes away gets no new token.
local isSuspended = obj.spec.suspend == true
local isPlanned = obj.spec.mode == "Plan"
local isGoing = obj.metadata.deletionTimestamp ~= nil

return {
  ["reconcile"] = { ["disabled"] = isSuspended },
  ["suspend"] = { ["disabled"] = isSuspended },
  ["resume"] = { ["disabled"] = not isSuspended },
  ["rotate-token"] = { ["disabled"] = isSuspended or isPlanned or isGoing },
}
