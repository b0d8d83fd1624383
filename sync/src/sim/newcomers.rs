//! Those who came into the worlds later, each into some of them only, so that no world is all bustle.

use super::{device::Failed, host::Host, rng::Rng, world::World};

/// Who acts in a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cast {
    /// Only those of the first worlds: a seed that failed with them tells the same story for ever.
    First,
    Whole,
}

/// Who of those who came later takes part in a world.
#[derive(Clone, Copy, Debug)]
pub(super) struct Newcomers {
    own_fields: bool,
    jobs: bool,
    pub(super) shared_computer: bool,
    leaving: bool,
    /// The company keeps fingerprints of its customers.
    pub(super) fingerprints: bool,
    pools: bool,
    merges: bool,
    handovers: bool,
}

impl Newcomers {
    /// Draws lots.
    pub(super) fn draw(mut lots: Rng, cast: Cast) -> Self {
        let mut takes_part = |percent| lots.chance(percent) && cast == Cast::Whole;
        Self {
            own_fields: takes_part(50),
            jobs: takes_part(50),
            shared_computer: takes_part(35),
            leaving: takes_part(40),
            fingerprints: takes_part(50),
            pools: takes_part(40),
            merges: takes_part(40),
            handovers: takes_part(35),
        }
    }
}

impl<H: Host> World<H> {
    /// What else a person does at a device.
    pub(super) fn newcomers_act(&mut self, index: usize) -> Failed {
        if self.newcomers.own_fields {
            self.maybe_fill_own_fields(index)?;
        }
        if self.newcomers.jobs {
            self.maybe_start_job(index)?;
        }
        if self.newcomers.pools {
            self.maybe_use_pool(index)?;
        }
        if self.newcomers.merges {
            self.maybe_merge(index)?;
        }
        if self.newcomers.shared_computer {
            self.maybe_change_over()?;
        }
        Ok(())
    }

    /// What else the administrator does.
    pub(super) fn newcomers_administrate(&mut self) -> Failed {
        if self.newcomers.own_fields {
            self.maybe_change_own_fields()?;
        }
        if self.newcomers.leaving {
            self.maybe_end_access()?;
            self.maybe_review()?;
        }
        if self.newcomers.pools {
            self.maybe_keep_pool()?;
        }
        if self.newcomers.handovers {
            self.maybe_hand_over()?;
        }
        Ok(())
    }
}
