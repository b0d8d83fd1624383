//! Opportunities on this device, from the index alone, and the pipelines through which they go.

use std::{cmp::Reverse, collections::HashMap};

use chrono::NaiveDate;
use domain::{
    kind::{Kind, RecordKey},
    opportunity::{Outcome, Seen},
    pipeline::{Pipeline, Stage, StageId},
    stamp::created_at,
    summary::{customer_field, opportunity_field, pipeline_field, stage_move_field},
    user::UserId,
    value::{Currency, Money},
};
use leptos::prelude::*;
use sync::device::Line;
use uuid::Uuid;

use super::{Data, live};
use crate::{
    i18n::{Locale, t},
    platform::zone,
};

/// An opportunity as its line tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub seen: Seen,
    pub name: String,
    /// The day on which it came to its stage.
    pub since: NaiveDate,
    pub unsent: bool,
}

/// Puts the interface's words where nobody has written a company's own yet.
pub fn worded(locale: Locale, mut pipeline: Pipeline) -> Pipeline {
    let stages = [
        t::pipelines::usual_stage_1,
        t::pipelines::usual_stage_2,
        t::pipelines::usual_stage_3,
        t::pipelines::usual_stage_4,
    ];
    let reasons = [
        t::pipelines::usual_reason_1,
        t::pipelines::usual_reason_2,
        t::pipelines::usual_reason_3,
        t::pipelines::usual_reason_4,
        t::pipelines::usual_reason_5,
    ];
    let fill = |name: &mut String, words: crate::i18n::Key| {
        if name.is_empty() {
            words(locale).clone_into(name);
        }
    };
    fill(&mut pipeline.name, t::pipelines::usual);
    pipeline.stages.iter_mut().zip(stages).for_each(|(stage, words)| fill(&mut stage.name, words));
    pipeline.loss_reasons.iter_mut().zip(reasons).for_each(|(reason, words)| fill(&mut reason.name, words));
    pipeline
}

/// Follows the pipelines, the usual one included as long as nobody has written it; in words.
pub fn live_pipelines(data: Data, locale: ReadSignal<Locale>) -> Memo<Vec<Pipeline>> {
    let loaded = live(move || data.pipelines());
    Memo::new(move |_| {
        let locale = locale.get();
        loaded.get().unwrap_or_default().into_iter().map(|pipeline| worded(locale, pipeline)).collect()
    })
}

/// Where stages stand in their pipelines.
struct Places<'a>(HashMap<StageId, (&'a Stage, usize)>);

impl<'a> Places<'a> {
    fn of(pipelines: &'a [Pipeline]) -> Self {
        let stages = pipelines.iter().flat_map(|pipeline| pipeline.stages.iter().zip(0..));
        Self(stages.map(|(stage, place)| (stage.id, (stage, place))).collect())
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.0.get(&id.parse().ok()?).map(|(_, place)| *place)
    }
}

impl Data {
    /// Reads the pipelines by their names; the one that every company has stands there even if nobody has written it.
    pub async fn pipelines(self) -> Vec<Pipeline> {
        let mut pipelines: Vec<Pipeline> = self.all().await;
        pipelines.sort_by(|a, b| (a.off, &a.name, a.id).cmp(&(b.off, &b.name, b.id)));
        if pipelines.iter().all(|pipeline| pipeline.id != Pipeline::USUAL) {
            pipelines.insert(0, Pipeline::usual());
        }
        pipelines
    }

    /// Returns what a pipeline, a stage or a reason is called, by its id.
    pub fn pipeline_word(self, locale: Locale, id: &str) -> Option<String> {
        let mut found = None;
        self.with(|store| {
            store.each_line(Kind::Pipeline, |line| {
                if line.key.id.to_string() == id {
                    found = Some(line.field(pipeline_field::NAME).to_owned());
                }
                let mut parts = line.field(pipeline_field::PARTS).lines().filter_map(|part| part.split_once(' '));
                if let Some((_, name)) = parts.find(|(part, _)| *part == id) {
                    found = Some(name.to_owned());
                }
            });
        });
        found.or_else(|| {
            let usual = worded(locale, Pipeline::usual());
            if usual.id.to_string() == id {
                return Some(usual.name);
            }
            let stages = usual.stages.into_iter().map(|stage| (stage.id.to_string(), stage.name));
            let reasons = usual.loss_reasons.into_iter().map(|reason| (reason.id.to_string(), reason.name));
            stages.chain(reasons).find(|(part, _)| part == id).map(|(_, name)| name)
        })
    }

    /// Returns every opportunity of this device that is not in the recycle bin, what came to its stage last first.
    pub fn opportunities(self, pipelines: &[Pipeline]) -> Vec<Card> {
        let (places, today) = (Places::of(pipelines), self.today());
        let mut cards = Vec::new();
        self.with(|store| {
            let mut reached: HashMap<Uuid, usize> = HashMap::new();
            store.each_line(Kind::StageMove, |line| {
                let place = |field| places.place(line.field(field));
                let of = Uuid::try_parse(line.field(stage_move_field::OPPORTUNITY)).ok();
                let held = !line.field(stage_move_field::HELD).is_empty();
                let furthest = place(stage_move_field::FROM).max(place(stage_move_field::TO));
                if let (Some(of), Some(place), false) = (of, furthest, held) {
                    let known = reached.entry(of).or_default();
                    *known = place.max(*known);
                }
            });
            // Of a customer in the recycle bin nothing is sold.
            let mut owners: HashMap<Uuid, Option<Option<UserId>>> = HashMap::new();
            store.each_line(Kind::Opportunity, |line| {
                if line.hidden() {
                    return;
                }
                let Some(customer) = line.parent().map(|key| key.id) else { return };
                let owner = *owners.entry(customer).or_insert_with(|| {
                    let shown = store.shown(RecordKey::new(Kind::Customer, customer))?;
                    (!shown.summary.hidden).then(|| shown.summary.field(customer_field::OWNER).parse().ok())
                });
                let Some(owner) = owner else { return };
                let furthest = reached.get(&line.key.id).copied();
                if let Some(seen) = seen(&line, customer, owner, furthest, &places, today) {
                    cards.push(Card {
                        name: line.field(opportunity_field::NAME).to_owned(),
                        since: day(&line, opportunity_field::SINCE).unwrap_or(today),
                        unsent: store.is_unsent(line.key),
                        seen,
                    });
                }
            });
        });
        cards.sort_by_key(|card| Reverse((card.since, card.seen.id)));
        cards
    }
}

fn day(line: &Line<'_>, field: usize) -> Option<NaiveDate> {
    line.field(field).parse().ok()
}

/// Reads [`opportunity_field::AMOUNT`].
fn amount(text: &str) -> Option<Money> {
    let (minor, currency) = text.split_once(' ')?;
    Some(Money { minor: minor.parse().ok()?, currency: Currency::parse(currency)? })
}

/// Reads a line; `None` for one that another build wrote in another way.
fn seen(
    line: &Line<'_>,
    customer: Uuid,
    owner: Option<UserId>,
    furthest: Option<usize>,
    places: &Places<'_>,
    today: NaiveDate,
) -> Option<Seen> {
    let stage: StageId = line.field(opportunity_field::STAGE).parse().ok()?;
    let known = places.0.get(&stage);
    let closed = day(line, opportunity_field::CLOSED_ON);
    let reason = line.field(opportunity_field::REASON).parse().ok();
    let outcome = match (line.field(opportunity_field::OUTCOME), closed, reason) {
        ("won", Some(on), _) => Outcome::Won { on },
        ("lost", Some(on), Some(reason)) => Outcome::Lost { on, reason },
        _ => Outcome::Open,
    };
    let since = day(line, opportunity_field::SINCE)?;
    let open = outcome == Outcome::Open;
    Some(Seen {
        id: line.key.id,
        customer,
        owner,
        pipeline: line.field(opportunity_field::PIPELINE).parse().ok()?,
        stage,
        probability: known.map_or(0, |(stage, _)| stage.probability),
        reached: known.map(|(_, place)| *place).max(furthest).unwrap_or_default(),
        created: created_at(line.key.id).map(zone::day).unwrap_or(since),
        amount: amount(line.field(opportunity_field::AMOUNT)),
        expected: day(line, opportunity_field::EXPECTED),
        outcome,
        over: known.and_then(|(stage, _)| stage.over(since, today)).filter(|_| open),
    })
}
