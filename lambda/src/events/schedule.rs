//! When a delivery that failed is tried again.

use std::time::Duration;

/// Seconds to the second attempt.
const FIRST: u64 = 5;
/// Seconds between two attempts, at most.
const LONGEST: u64 = 3 * 3600;
/// Seconds of trying after which it is given up.
const GIVE_UP_AFTER: u64 = 24 * 3600;

/// Seconds to the next attempt; none if there have been attempts enough. The
/// wait doubles with each attempt, half of it by chance, so that those that
/// failed together do not come together; a receiver may ask for a longer one.
pub(super) fn next_attempt(
    attempts: u32,
    trying_for: u64,
    asked: Option<Duration>,
    chance: u64,
) -> Option<u64> {
    let doublings = attempts.saturating_sub(1).min(30);
    let longest = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let half = longest / 2;
    let wait = longest - half + chance % (half + 1);
    let asked = asked.map_or(0, |asked| asked.as_secs().min(LONGEST));
    let wait = wait.max(asked);
    (trying_for + wait <= GIVE_UP_AFTER).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_three_hours_and_half_of_it_is_chance() {
        for (attempts, shortest, longest) in
            [(1, 3, 5), (2, 5, 10), (3, 10, 20), (8, 320, 640), (13, 5400, 10800), (u32::MAX, 5400, 10800)]
        {
            let waits: Vec<u64> =
                (0..=longest).filter_map(|chance| next_attempt(attempts, 0, None, chance)).collect();
            assert_eq!(waits.iter().min(), Some(&shortest), "{attempts}");
            assert_eq!(waits.iter().max(), Some(&longest), "{attempts}");
        }
    }

    #[test]
    fn a_delivery_is_tried_for_about_a_day_and_then_given_up() {
        for chance in [0, u64::MAX] {
            let (mut attempts, mut trying_for) = (1, 0);
            while let Some(wait) = next_attempt(attempts, trying_for, None, chance) {
                attempts += 1;
                trying_for += wait;
            }
            assert!((15..30).contains(&attempts), "{attempts}");
            assert!((20 * 3600..=24 * 3600).contains(&trying_for), "{trying_for}");
        }
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_wait_but_not_for_days() {
        let asked = |seconds| next_attempt(1, 0, Some(Duration::from_secs(seconds)), 0);
        assert_eq!((asked(1), asked(120), asked(1_000_000)), (Some(3), Some(120), Some(10800)));
    }
}
