//! In which order to switch groups of users.

use serde::{Deserialize, Serialize};

use super::{Outcome, Tally};
use crate::model::Ratio;

/// Users who have something in common.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Group {
    /// What they have in common; empty where it is not known.
    pub name: String,
    /// All of them.
    pub users: Tally,
    /// Those with a sign-in in the stretch that is replayed: whom a switch meets soon.
    pub seen_users: Tally,
}

/// Groups that are switched together.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Wave {
    /// Their names.
    pub groups: Vec<String>,
    /// Their users with a sign-in in the stretch that is replayed, without the exempt.
    pub users: u64,
    /// Of them, those who are asked to set up a factor or have no way in, as far as is known.
    pub affected: u64,
    /// As many as there may well be: the upper ends of the groups' intervals, of all users of the groups.
    pub most_affected: u64,
    /// Days over which to spread the wave so that no day brings more than the limit.
    pub days: u64,
}

impl Group {
    /// Of the users with a sign-in, those with the outcome among those of whom something is known.
    pub fn share(&self, outcome: Outcome) -> Ratio {
        Ratio::new(self.seen_users.of(outcome), self.known())
    }

    /// Of the same, those whom the switch stops or holds up.
    pub fn affected(&self) -> Ratio {
        let affected = self.seen_users.of(Outcome::PromptedToSetUp) + self.seen_users.of(Outcome::Blocked);
        Ratio::new(affected, self.known())
    }

    fn known(&self) -> u64 {
        self.seen_users.concerned() - self.seen_users.of(Outcome::Unknown)
    }

    /// Users whom the switch may well stop or hold up: the unknown are taken to be like the known at the upper end
    /// of the interval. `None` where nothing is known of anybody.
    fn most_affected(&self) -> Option<u64> {
        let (_, high) = self.affected().interval()?;
        // No more than there are users, which are far below what a float holds exactly.
        Some((high * self.seen_users.concerned() as f64).ceil() as u64)
    }
}

/// Groups in waves, safest first, so that no day stops or holds up more than `limit` users. Groups of which nothing is
/// known are in none, nor are those whom the switch does not concern.
pub fn plan(groups: &[Group], limit: u64) -> Vec<Wave> {
    let limit = limit.max(1);
    let mut rated: Vec<(f64, u64, &Group)> = groups
        .iter()
        .filter_map(|group| Some((group.affected().interval()?.1, group.most_affected()?, group)))
        .collect();
    rated.sort_by(|(left, _, one), (right, _, other)| left.total_cmp(right).then_with(|| one.name.cmp(&other.name)));
    let mut waves: Vec<Wave> = Vec::new();
    for (_, most, group) in rated {
        let (users, affected) = (group.seen_users.concerned(), group.affected().numerator);
        match waves.last_mut() {
            Some(wave) if wave.most_affected + most <= limit => {
                wave.groups.push(group.name.clone());
                wave.users += users;
                wave.affected += affected;
                wave.most_affected += most;
            }
            _ => waves.push(Wave {
                groups: vec![group.name.clone()],
                users,
                affected,
                most_affected: most,
                days: most.div_ceil(limit).max(1),
            }),
        }
    }
    waves
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn group(name: &str, satisfied: u64, blocked: u64, unknown: u64) -> Group {
        let mut users = Tally::default();
        users.add(Outcome::Satisfied, satisfied);
        users.add(Outcome::Blocked, blocked);
        users.add(Outcome::Unknown, unknown);
        Group { name: name.into(), seen_users: users.clone(), users }
    }

    #[test]
    fn safe_groups_go_first_and_together_large_risks_are_spread() {
        let groups = [group("DE", 0, 400, 0), group("US", 1000, 0, 0), group("FR", 960, 40, 0), group("??", 0, 0, 50)];
        let waves = plan(&groups, 100);
        let names: Vec<Vec<&str>> = waves.iter().map(|wave| wave.groups.iter().map(String::as_str).collect()).collect();
        // US: at most 0.38 %, 4 users. FR: 4 %, at most 5.4 %, 55 users. DE: all, 400 users.
        assert_eq!(names, [vec!["US", "FR"], vec!["DE"]]);
        assert_eq!((waves[0].affected, waves[0].most_affected, waves[0].days), (40, 59, 1));
        assert_eq!((waves[1].users, waves[1].most_affected, waves[1].days), (400, 400, 4));
    }

    #[test]
    fn the_unknown_are_taken_to_be_like_the_worst_that_the_known_may_be() {
        // 1 of 10: at most 40.4 %, of 110 users.
        let waves = plan(&[group("US", 9, 1, 100)], 1000);
        assert_eq!((waves[0].users, waves[0].affected, waves[0].most_affected), (110, 1, 45));
    }

    proptest! {
        #[test]
        fn no_day_is_planned_above_the_limit_and_nobody_is_planned_twice(
            numbers in prop::collection::vec((0..500_u64, 0..500_u64, 0..500_u64), 0..12),
            limit in 1..300_u64,
        ) {
            let groups: Vec<Group> = numbers
                .iter()
                .enumerate()
                .map(|(index, (satisfied, blocked, unknown))| group(&index.to_string(), *satisfied, *blocked, *unknown))
                .collect();
            let waves = plan(&groups, limit);
            let mut planned: Vec<&String> = waves.iter().flat_map(|wave| &wave.groups).collect();
            let all = planned.len();
            planned.sort();
            planned.dedup();
            prop_assert_eq!(planned.len(), all);
            prop_assert_eq!(all, numbers.iter().filter(|(satisfied, blocked, _)| satisfied + blocked > 0).count());
            for wave in waves {
                prop_assert!(wave.most_affected <= limit * wave.days);
                prop_assert!(wave.affected <= wave.most_affected && wave.most_affected <= wave.users);
            }
        }
    }
}
