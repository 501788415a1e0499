//! Which request a right code answers.

/// A request for a code, or a right answer; of one user and purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeStep {
    /// When, microseconds.
    pub at_us: i64,
    /// It is an answer rather than a request.
    pub is_answer: bool,
    /// How long the code asked for may be answered, microseconds.
    pub validity_us: i64,
}

/// Which of the steps, given in the order of time, are requests that were converted. Each right answer is
/// the latest request's that still waits for one and is still valid.
pub fn converted(steps: &[CodeStep]) -> Vec<bool> {
    let mut converted = vec![false; steps.len()];
    for (answer, step) in steps.iter().enumerate().filter(|(_, step)| step.is_answer) {
        let waiting = (0..answer).rev().find(|earlier| {
            let request = steps[*earlier];
            !request.is_answer && !converted[*earlier] && step.at_us - request.at_us <= request.validity_us
        });
        if let Some(request) = waiting {
            converted[request] = true;
        }
    }
    converted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(at_us: i64, validity_us: i64) -> CodeStep {
        CodeStep { at_us, is_answer: false, validity_us }
    }

    fn right(at_us: i64) -> CodeStep {
        CodeStep { at_us, is_answer: true, validity_us: 0 }
    }

    #[test]
    fn each_right_answer_is_the_latest_waiting_request() {
        assert_eq!(converted(&[asked(0, 9), right(9)]), [true, false]);
        assert_eq!(converted(&[asked(0, 9), right(10)]), [false, false], "too late");
        assert_eq!(converted(&[asked(0, 9), asked(1, 9), right(2)]), [false, true, false], "sent again");
        assert_eq!(converted(&[asked(0, 9), asked(1, 9), right(2), right(3)]), [true, true, false, false]);
        assert_eq!(converted(&[asked(0, 9), right(1), right(2)]), [true, false, false]);
        assert_eq!(converted(&[asked(0, 9), asked(1, 2), right(5)]), [true, false, false], "the newer one is too old");
    }

    proptest! {
        #[test]
        fn no_answer_converts_two(steps in proptest::collection::vec((0_i64..50, any::<bool>(), 0_i64..30), 0..40)) {
            let mut steps: Vec<CodeStep> = steps
                .into_iter()
                .map(|(at_us, is_answer, validity_us)| CodeStep { at_us, is_answer, validity_us })
                .collect();
            steps.sort_by_key(|step| (step.at_us, step.is_answer));
            let found = converted(&steps);
            prop_assert!(steps.iter().zip(&found).all(|(step, converted)| !(step.is_answer && *converted)));
            let answers = steps.iter().filter(|step| step.is_answer).count();
            prop_assert!(found.iter().filter(|converted| **converted).count() <= answers);
        }
    }
}
