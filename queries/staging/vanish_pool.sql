-- purpose: pools that a complete listing of the source no longer names are gone, with their users
-- parameters: $source
delete from pool where source = $source
