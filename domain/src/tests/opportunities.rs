//! Opportunities: moves of two people, what a stage asks for, and charts that count what they open.

use chrono::{Days, NaiveDate};
use serde_json::json;
use uuid::Uuid;

use super::support::{Records, customer, id, moment, unstamped};
use crate::{
    access::{Right, Role},
    edit::Edit,
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment},
    opportunity::{
        Bar, Cycle, Filter, Month, Opportunity, OpportunityAdd, OpportunityBin, OpportunityEdit, OpportunityMove,
        Outcome, Seen, StageMove, Step, Which, conversion, cycle_times, expected, funnel, median_cycle, outcomes,
    },
    own::Unknown,
    pipeline::{LossReason, Pipeline, PipelineCreate, PipelineEdit, Stage, StageId},
    record::Record as _,
    recycle_bin::{RecordPurge, purge_day},
    refusal::{Problem, Refusal},
    value::{Currency, Money},
    view::Stop,
};

const CUSTOMER: u128 = 10;
const DEAL: u128 = 20;
const LINE: u128 = 30;

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

fn on(number: u32) -> Moment {
    Moment { business_date: day(number), happened: i64::from(number), ..moment(Role::SalesRep) }
}

fn stage(at: usize) -> StageId {
    Pipeline::usual().stages[at].id
}

fn to(at: usize) -> Step {
    Step::Stage { stage: stage(at) }
}

fn deal() -> Opportunity {
    Opportunity {
        id: id(DEAL),
        customer: id(CUSTOMER),
        name: "年度訂單".to_owned(),
        pipeline: Pipeline::USUAL,
        stage: stage(0),
        stage_since: day(1),
        amount: None,
        expected_close: None,
        products: String::new(),
        remark: String::new(),
        outcome: Outcome::Open,
        deleted_at: None,
        unknown: Unknown::new(),
    }
}

fn world() -> Records {
    let mut records = Records::default().with(&customer(CUSTOMER, "鼎盛"));
    records.run(OpportunityAdd { opportunity: deal(), line: id(LINE) }, &on(2)).unwrap();
    records
}

fn step(line: u128, from: Step, to: Step) -> OpportunityMove {
    OpportunityMove { id: id(line), opportunity: id(DEAL), pipeline: Pipeline::USUAL, from, to, since: None }
}

fn now(records: &Records) -> Opportunity {
    unstamped(records.get::<Opportunity>(id(DEAL)).unwrap())
}

#[test]
fn it_begins_in_its_stage_with_a_line_of_history() {
    let records = world();
    assert_eq!(now(&records), Opportunity { stage_since: day(2), ..deal() });
    let [line] = records.all::<StageMove>().try_into().unwrap();
    assert_eq!((line.from, line.to, line.day, line.by), (None, to(0), day(2), Some(id(1))));
    assert_eq!(line.group(), deal().group());
}

#[test]
fn moves_of_two_people_are_both_kept_and_the_later_arrival_stands() {
    let mut records = world();
    records.run(step(31, to(0), to(2)), &on(5)).unwrap();
    // Somebody else had not seen that, and moved it the day before.
    let other = Moment { actor: Actor::Person { user: id(2), roles: [Role::SalesRep].into() }, ..on(4) };
    records.run(step(32, to(0), to(1)), &other).unwrap();
    assert_eq!((now(&records).stage, now(&records).stage_since), (stage(1), day(4)));
    let mut lines: Vec<_> = records.all::<StageMove>().iter().map(|line| (line.at, line.from, line.to)).collect();
    lines.sort_by_key(|line| line.0);
    assert_eq!(lines, [(2, None, to(0)), (4, Some(to(0)), to(1)), (5, Some(to(0)), to(2))]);
}

#[test]
fn a_step_to_where_it_stands_does_not_begin_its_days_again() {
    let mut records = world();
    records.run(step(31, to(0), to(0)), &on(9)).unwrap();
    assert_eq!(now(&records).stage_since, day(2));
}

#[test]
fn it_ends_and_is_opened_again() {
    let mut records = world();
    let reason = Pipeline::usual().loss_reasons[1].id;
    records.run(step(31, to(0), Step::Lost { reason }), &on(6)).unwrap();
    assert_eq!(now(&records).outcome, Outcome::Lost { on: day(6), reason });
    assert_eq!((now(&records).stage, now(&records).step()), (stage(0), Step::Lost { reason }));
    records.run(step(32, Step::Lost { reason }, to(0)), &on(8)).unwrap();
    // It stands where it stood, since then.
    assert_eq!(now(&records), Opportunity { stage_since: day(2), ..deal() });
    records.run(step(33, to(0), Step::Won), &on(9)).unwrap();
    assert_eq!(now(&records).outcome, Outcome::Won { on: day(9) });
}

#[test]
fn a_move_by_somebody_who_had_not_seen_the_end_is_kept_and_moves_nothing() {
    let mut records = world();
    records.run(step(31, to(0), Step::Won), &on(6)).unwrap();
    records.run(step(32, to(0), to(1)), &on(7)).unwrap();
    assert_eq!(now(&records).outcome, Outcome::Won { on: day(6) });
    let held: Vec<_> = records.all::<StageMove>().iter().map(|line| (line.to, line.held)).collect();
    assert!(held.contains(&(to(1), true)) && held.contains(&(Step::Won, false)));
}

#[test]
fn a_move_that_is_taken_back_gives_back_the_days() {
    let mut records = world();
    records.run(step(31, to(0), to(1)), &on(20)).unwrap();
    let back = OpportunityMove { since: Some(day(2)), ..step(32, to(1), to(0)) };
    records.run(back.clone(), &on(20)).unwrap();
    assert_eq!((now(&records).stage, now(&records).stage_since), (stage(0), day(2)));
    // Nothing stands anywhere since tomorrow.
    records.run(step(33, to(0), to(1)), &on(20)).unwrap();
    records.run(OpportunityMove { id: id(34), since: Some(day(25)), ..back }, &on(20)).unwrap();
    assert_eq!(now(&records).stage_since, day(20));
}

#[test]
fn two_managers_write_the_usual_pipeline_for_the_first_time() {
    let named = |name: &str, days: Option<u16>| {
        let mut pipeline = Pipeline { name: name.to_owned(), ..Pipeline::usual() };
        pipeline.stages.iter_mut().for_each(|stage| stage.name = "階段".to_owned());
        pipeline.loss_reasons.iter_mut().for_each(|reason| reason.name = "原因".to_owned());
        pipeline.stages[3].days = days;
        pipeline
    };
    let mut records = Records::default();
    let at = moment(Role::Manager);
    records.run(PipelineCreate { pipeline: named("直銷", Some(21)) }, &at).unwrap();
    records.run(PipelineCreate { pipeline: named("直銷", Some(60)) }, &at).unwrap();
    let found = records.get::<Pipeline>(Pipeline::USUAL).unwrap();
    assert_eq!((found.name.as_str(), found.stages.len(), found.stages[3].days), ("直銷", 4, Some(60)));
}

#[test]
fn steps_that_the_pipeline_does_not_know_are_refused() {
    let mut records = world();
    let refused = |refused: Result<(), Stop>| match refused {
        Err(Stop::Refused(Refusal::Field { field, problem })) => (field, problem),
        other => panic!("{other:?}"),
    };
    let nowhere = Step::Stage { stage: id(99) };
    assert_eq!(refused(records.run(step(31, to(0), nowhere), &on(6))), ("stage".to_owned(), Problem::NotAChoice));
    let why = Step::Lost { reason: id(99) };
    assert_eq!(refused(records.run(step(31, to(0), why), &on(6))), ("loss_reason".to_owned(), Problem::NotAChoice));
    let strange = OpportunityMove { pipeline: id(98), ..step(31, to(0), to(1)) };
    assert_eq!(records.run(strange, &on(6)), Err(Refusal::Missing { id: Uuid::from_u128(98) }.into()));
    assert_eq!(records.all::<StageMove>().len(), 1);
}

#[test]
fn a_stage_asks_for_fields_before_something_enters() {
    let mut records = world();
    let mut pipeline = Pipeline { name: "直銷".to_owned(), ..Pipeline::usual() };
    for (place, name) in ["初談", "需求", "報價", "議價"].iter().enumerate() {
        pipeline.stages[place].name = (*name).to_owned();
    }
    pipeline.loss_reasons = vec![LossReason::named(id(60), 0, "價格")];
    pipeline.stages[2].required = ["amount", "products"].map(str::to_owned).into();
    records.run(PipelineCreate { pipeline: pipeline.clone() }, &moment(Role::Manager)).unwrap();
    let enter = || step(31, to(0), to(2));
    let lacks = |field: &str| Stop::from(Refusal::Field { field: field.to_owned(), problem: Problem::Required });
    assert_eq!(pipeline.stages[2].missing(&now(&records)), ["amount", "products"]);
    assert_eq!(records.run(enter(), &on(5)), Err(lacks("amount")));
    let amount = Some(Money { minor: 500, currency: Currency::Twd });
    let filled = Opportunity { amount, products: "不鏽鋼螺絲".to_owned(), ..now(&records) };
    let edit = Edit::between(&now(&records), &filled).unwrap();
    records.run(OpportunityEdit(edit), &on(5)).unwrap();
    records.run(enter(), &on(5)).unwrap();
    assert_eq!(now(&records).stage, stage(2));
    // Whoever begins there is asked as well.
    let begun = Opportunity { id: id(21), stage: stage(2), ..deal() };
    assert_eq!(records.run(OpportunityAdd { opportunity: begun, line: id(40) }, &on(5)), Err(lacks("amount")));
}

#[test]
fn where_it_stands_is_no_field_to_edit() {
    let mut records = world();
    let edit = json!({ "id": Uuid::from_u128(DEAL), "fields": [
        { "field": { "name": "stage" }, "from": stage(0), "to": stage(3) }] });
    let edit = serde_json::from_value::<OpportunityEdit>(edit).unwrap();
    assert_eq!(records.run(edit, &on(5)), Err(Refusal::NoSuchField { field: "stage".to_owned() }.into()));
}

#[test]
fn what_is_deleted_does_not_move_and_goes_with_its_history() {
    let mut records = world();
    records.run(OpportunityBin { id: id(DEAL), binned: true }, &on(5)).unwrap();
    let deleted = Refusal::Deleted { id: Uuid::from_u128(DEAL) };
    assert_eq!(records.run(step(31, to(0), to(1)), &on(6)), Err(deleted.into()));
    let purge = RecordPurge { record: RecordKey::new(Kind::Opportunity, Uuid::from_u128(DEAL)) };
    let last = purge_day(5).unwrap();
    let night = |on| Moment { actor: Actor::System, business_date: on, ..moment(Role::SalesRep) };
    records.run(purge.clone(), &night(last.pred_opt().unwrap())).unwrap();
    assert_eq!(records.all::<StageMove>().len(), 1);
    records.run(purge, &night(last)).unwrap();
    assert!(records.all::<Opportunity>().is_empty() && records.all::<StageMove>().is_empty());
}

#[test]
fn two_who_change_stages_at_once_both_find_their_change() {
    let mut records = Records::default();
    let named = Pipeline {
        name: "直銷".to_owned(),
        stages: (0..3).map(|at| Stage::named(id(50 + u128::from(at)), at, "階段", 10)).collect(),
        loss_reasons: vec![LossReason::named(id(60), 0, "價格")],
        ..Pipeline::usual()
    };
    records.run(PipelineCreate { pipeline: named.clone() }, &moment(Role::Administrator)).unwrap();
    let edited = |change: &dyn Fn(&mut Pipeline)| {
        let mut after = named.clone();
        change(&mut after);
        PipelineEdit(Edit::between(&named, &after).unwrap())
    };
    let at = moment(Role::Manager);
    records.run(edited(&|it| it.stages[0].name = "初談".to_owned()), &at).unwrap();
    records.run(edited(&|it| it.stages[1].probability = 40), &at).unwrap();
    // Both changed this one: the later arrival stands.
    records.run(edited(&|it| it.stages[0].name = "接洽".to_owned()), &at).unwrap();
    let found = records.get::<Pipeline>(Pipeline::USUAL).unwrap();
    let found: Vec<_> = found.stages.iter().map(|stage| (stage.at, stage.name.as_str(), stage.probability)).collect();
    assert_eq!(found, [(0, "接洽", 10), (1, "階段", 40), (2, "階段", 10)]);
}

#[test]
fn a_pipeline_is_checked() {
    let good = Pipeline {
        name: "直銷".to_owned(),
        stages: vec![Stage::named(id(50), 0, "報價", 60)],
        loss_reasons: vec![LossReason::named(id(60), 0, "價格")],
        ..Pipeline::usual()
    };
    assert_eq!(good.validate(), Ok(()));
    let with = |change: &dyn Fn(&mut Stage)| {
        let mut wrong = good.clone();
        change(&mut wrong.stages[0]);
        wrong.validate().unwrap_err().problem
    };
    assert_eq!(with(&|stage| stage.name.clear()), Problem::Required);
    assert_eq!(with(&|stage| stage.off = true), Problem::Required);
    assert_eq!(with(&|stage| stage.probability = 101), Problem::NotANumber { least: 0, most: 100 });
    assert_eq!(with(&|stage| stage.days = Some(0)), Problem::NotANumber { least: 1, most: 3_650 });
    assert_eq!(with(&|stage| stage.required = ["remark".to_owned()].into()), Problem::NotAChoice);
    let mut speechless = good.clone();
    speechless.loss_reasons[0].off = true;
    assert_eq!(speechless.validate().unwrap_err().field, "loss_reasons");
    // The one that stands in no record has no words of its own yet.
    assert!(Pipeline::usual().validate().is_err());
}

#[test]
fn managers_write_pipelines_and_others_read_them() {
    let right = |role: Role| role.right(Kind::Pipeline);
    assert_eq!((right(Role::Administrator), right(Role::Manager)), (Some(Right::Write), Some(Right::Write)));
    for role in [Role::SalesRep, Role::SalesAssistant, Role::Finance] {
        assert_eq!(right(role), Some(Right::Read), "{role:?}");
    }
    assert_eq!(right(Role::Purchaser), None);
}

#[test]
fn days_over_count_from_the_last_day_allowed() {
    let stage = Stage { days: Some(14), ..Stage::named(id(50), 0, "報價", 60) };
    let found = [15, 16, 20].map(|today| stage.over(day(1), day(today)));
    assert_eq!(found, [None, Some(1), Some(5)]);
    assert_eq!(Stage { days: None, ..stage }.over(day(1), day(30)), None);
}

/// Opportunities of every sort: by stage, outcome, month and age.
fn seen() -> Vec<Seen> {
    let pipeline = Pipeline::usual();
    let reasons: Vec<_> = pipeline.loss_reasons.iter().map(|reason| reason.id).collect();
    (0..240_u64)
        .map(|number| {
            let place = (number % 4) as usize;
            let created = day(28) - Days::new(number);
            let on = created + Days::new(number % 120);
            let outcome = match number % 5 {
                0 => Outcome::Won { on },
                1 => Outcome::Lost { on, reason: reasons[(number % 3) as usize] },
                _ => Outcome::Open,
            };
            Seen {
                id: Uuid::from_u128(number.into()),
                customer: Uuid::from_u128(CUSTOMER),
                owner: Some(id((number % 3).into())),
                pipeline: Pipeline::USUAL,
                stage: stage(place),
                probability: pipeline.stages[place].probability,
                reached: place.max((number % 3) as usize),
                created,
                amount: (number % 7 > 0).then_some(Money { minor: 1_000, currency: Currency::Twd }),
                expected: (number % 6 > 0).then(|| day(1) + Days::new(number) - Days::new(40)),
                outcome,
                over: (number % 9 == 0).then_some(3),
            }
        })
        .collect()
}

fn charts(base: Filter) -> Vec<Vec<Bar>> {
    let (pipeline, all, today) = (Pipeline::usual(), seen(), day(28));
    vec![
        funnel(&pipeline, base, &all, today),
        conversion(&pipeline, base, &all, today),
        outcomes(&pipeline, base, &all, today),
        cycle_times(base, &all, today),
        expected(base, &all, today),
    ]
}

#[test]
fn every_bar_opens_exactly_what_it_counts() {
    for base in [Filter::default(), Filter { owner: Some(id(1)), days: Some(90), ..Filter::default() }] {
        for bar in charts(base).into_iter().flatten() {
            // The address that a bar leads to is read again by the list.
            let pairs = bar.filter.pairs();
            let said = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
            let read = Filter::read(said);
            assert_eq!(read, bar.filter);
            let listed = seen().iter().filter(|seen| read.fits(seen, day(28))).count();
            assert_eq!(listed as u64, bar.count, "{pairs:?}");
        }
    }
}

#[test]
fn the_charts_leave_nothing_out_and_count_nothing_twice() {
    let total = |bars: &[Bar]| bars.iter().map(|bar| bar.count).sum::<u64>();
    let [funnel, conversion, outcomes, cycle, months] = charts(Filter::default()).try_into().unwrap();
    // 240 of which a fifth is won and a fifth lost.
    assert_eq!([&funnel, &outcomes, &cycle, &months].map(|bars| total(bars)), [144, 96, 48, 144]);
    assert!(conversion.is_sorted_by(|a, b| a.count >= b.count), "who came further came past what is before");
    assert_eq!((conversion[0].count, conversion[4].count), (240, 48));
    assert!(funnel.iter().chain(&months).all(|bar| bar.count > 0));
}

#[test]
fn what_stands_in_a_stage_that_is_off_is_counted_there() {
    let mut pipeline = Pipeline::usual();
    pipeline.stages[1].off = true;
    let open =
        |all: &[Seen]| funnel(&pipeline, Filter::default(), all, day(28)).iter().map(|bar| bar.count).sum::<u64>();
    assert_eq!(open(&seen()), 144);
    let elsewhere: Vec<_> = seen().into_iter().filter(|seen| seen.stage != stage(1)).collect();
    assert_eq!(funnel(&pipeline, Filter::default(), &elsewhere, day(28)).len(), 3);
}

#[test]
fn amounts_are_summed_by_currency_and_weighed_by_probability() {
    let money = |minor, currency| Some(Money { minor, currency });
    let with = |amount| Seen { amount, outcome: Outcome::Open, stage: stage(1), probability: 30, ..seen().remove(0) };
    let all = [with(money(1_000, Currency::Twd)), with(money(501, Currency::Twd)), with(money(99, Currency::Usd))];
    let bars = funnel(&Pipeline::usual(), Filter::default(), &all, day(28));
    let sums = |bar: &Bar| (bar.amount.each().collect::<Vec<_>>(), bar.likely.each().collect::<Vec<_>>());
    let (whole, likely) = sums(&bars[1]);
    assert_eq!(whole, [money(1_501, Currency::Twd).unwrap(), money(99, Currency::Usd).unwrap()]);
    assert_eq!(likely, [money(450, Currency::Twd).unwrap(), money(30, Currency::Usd).unwrap()]);
}

#[test]
fn cycle_times_have_their_spans_and_their_middle() {
    let spans = [0, 7, 8, 30, 31, 90, 91].map(Cycle::of);
    use Cycle::{Longer, Month as M, Quarter, Week};
    assert_eq!(spans, [Week, Week, M, M, Quarter, Quarter, Longer]);
    let won = |days| Seen { created: day(1), outcome: Outcome::Won { on: day(1 + days) }, ..seen().remove(0) };
    let middle = |days: &[u32]| {
        median_cycle(Filter::default(), &days.iter().map(|days| won(*days)).collect::<Vec<_>>(), day(28))
    };
    assert_eq!((middle(&[]), middle(&[4]), middle(&[9, 2, 20]), middle(&[2, 20])), (None, Some(4), Some(9), Some(2)));
}

#[test]
fn months_end_where_the_next_begin() {
    let november = Month::Of(day(1));
    let december = NaiveDate::from_ymd_opt(2026, 12, 1);
    assert!(november.holds(Some(day(1))) && november.holds(Some(day(30))) && !november.holds(december));
    assert!(!november.holds(None) && Month::Unknown.holds(None) && !Month::Unknown.holds(december));
    assert_eq!(Month::first(day(28)), day(1));
    assert_eq!(Which::ALL.map(Which::name), Outcome::NAMES);
}
