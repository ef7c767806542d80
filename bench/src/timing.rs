//! Timing several contenders against each other on a machine whose speed
//! drifts: they take turns, and the median of their turns counts.

use std::time::{Duration, Instant};

/// How long is measured.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Turns of each contender.
    pub(crate) turns: usize,
    /// The length of a turn.
    pub(crate) turn: Duration,
}

impl Effort {
    pub(crate) const fn of(quick: bool) -> Self {
        match quick {
            true => Self { turns: 3, turn: Duration::from_millis(20) },
            false => Self { turns: 21, turn: Duration::from_millis(60) },
        }
    }
}

/// Nanoseconds a call takes, of each contender.
pub(crate) fn interleaved<const N: usize>(effort: Effort, mut contenders: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut calls = [1_u32; N];
    for (contender, calls) in contenders.iter_mut().zip(&mut calls) {
        // Warms up, too.
        while time(*contender, *calls) < effort.turn {
            *calls *= 2;
        }
    }
    let mut turns: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..effort.turns {
        for ((contender, calls), turns) in contenders.iter_mut().zip(calls).zip(&mut turns) {
            turns.push(time(*contender, calls).as_secs_f64() * 1e9 / f64::from(calls));
        }
    }
    turns.map(median)
}

fn time(contender: &mut dyn FnMut(), calls: u32) -> Duration {
    let begun = Instant::now();
    for _ in 0..calls {
        contender();
    }
    begun.elapsed()
}

/// The middle one; 0 of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
