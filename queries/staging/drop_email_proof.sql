-- purpose: take out the e-mail proofs of the affected hours
-- parameters: $from, $to: first affected hour, end of the last
delete from email_proof where hour >= $from::timestamp and hour < $to::timestamp and hour in (select hour from affected_hour)
