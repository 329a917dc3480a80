-- Stops all work on the Project, also its deletion and the rotation of its token.
obj.spec.suspend = true
return obj
