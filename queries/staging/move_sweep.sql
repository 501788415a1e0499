-- purpose: the position of the sweep moves with the users just stored
-- parameters: $sweep_id, $next_token (null after the last page), $users: stored with this step
update sweep set next_token = $next_token, users = users + $users where sweep_id = $sweep_id::uuid
