-- Lets the work go on.
obj.spec.suspend = false
return obj
