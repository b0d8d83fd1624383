//! What the customers of a demo company may buy, and how far that has come.

use domain::{
    opportunity::{Opportunity, OpportunityAdd, OpportunityMove, Outcome, Step as Stand},
    pipeline::Pipeline,
    value::{Currency, Money},
};

use super::story::{DAY_MS, Random, Step, Story, Told, day_of};

/// One customer of so many is about to buy something.
const DEALS_EACH: usize = 3;
/// The last moves are so recent at most; days.
const QUIET_DAYS: usize = 40;

impl Story<'_> {
    /// Tells of one customer's opportunity now and then. Luck comes from a stream of its own: the rest of the story stays
    /// as it is.
    pub(super) fn deal(&self, told: &Told, random: &mut Random, steps: &mut Vec<Step>) {
        if random.below(DEALS_EACH) > 0 {
            return;
        }
        let pipeline = Pipeline::usual();
        // Some are entered early in the year and have ended; most are of the last months.
        let within = if random.below(3) == 0 { 330 } else { 75 };
        let days_ago = 2 + random.below(within) as i64;
        let mut at = self.hour((self.to - DAY_MS * days_ago).max(told.since + DAY_MS), random);
        let Some(first) = pipeline.stages.first().filter(|_| at < self.to) else { return };
        let deal = self.words.deals.get(random.below(self.words.deals.len()));
        let Some((name, products)) = deal.copied() else { return };
        let (currency, unit) = self.currency();
        let opportunity = Opportunity {
            id: random.id(at).into(),
            customer: told.id,
            name: name.to_owned(),
            pipeline: pipeline.id,
            stage: first.id,
            stage_since: day_of(at),
            amount: (random.below(6) > 0).then(|| Money { minor: unit * (2 + random.below(60) as i64), currency }),
            expected_close: Some(day_of(at + DAY_MS * (30 + random.below(150) as i64))).filter(|_| random.below(7) > 0),
            products: products.to_owned(),
            remark: String::new(),
            outcome: Outcome::Open,
            deleted_at: None,
            unknown: Default::default(),
        };
        let id = opportunity.id;
        let line = random.id(at).into();
        let (by, about) = (told.owner, opportunity.name.clone());
        steps.push(Step { at, by, about: about.clone(), action: OpportunityAdd { opportunity, line }.into() });
        let mut stands = Stand::Stage { stage: first.id };
        let mut ahead = pipeline.stages.iter().skip(1);
        loop {
            at = self.hour(at + DAY_MS * (2 + random.below(QUIET_DAYS) as i64), random);
            if at >= self.to {
                return;
            }
            let reason = pipeline.loss_reasons.get(random.below(pipeline.loss_reasons.len()));
            let to = match (random.below(6), ahead.next(), reason) {
                (0, _, Some(reason)) => Stand::Lost { reason: reason.id },
                (_, Some(stage), _) => Stand::Stage { stage: stage.id },
                _ => Stand::Won,
            };
            let moved = OpportunityMove {
                id: random.id(at).into(),
                opportunity: id,
                pipeline: pipeline.id,
                from: stands,
                to,
                since: None,
            };
            steps.push(Step { at, by, about: about.clone(), action: moved.into() });
            if to.stage().is_none() {
                return;
            }
            stands = to;
        }
    }

    /// The company's currency, as it is founded, and a round amount of it in its smallest unit.
    fn currency(&self) -> (Currency, i64) {
        match self.words.region.map(domain::organisation::Region::currency) {
            Some(Currency::Twd) => (Currency::Twd, 25_000),
            Some(currency) => (currency, 600_000),
            None => (Currency::Usd, 80_000),
        }
    }
}
