//! Cases for opportunities: every move is kept, and they go where their customer goes.

use domain::{
    customer::{CustomerId, CustomerMerge},
    id::Id,
    opportunity::{Opportunity, OpportunityAdd, OpportunityMove, Outcome, StageMove, Step},
    own::Unknown,
    pipeline::{Pipeline, PipelineCreate},
    refusal::Refusal,
};

use super::support::{DAY, Office, day_of};
use crate::{protocol::Verdict, server::ServerStore};

/// A stage of the usual pipeline.
fn stage(at: usize) -> Step {
    Step::Stage { stage: Pipeline::usual().stages[at].id }
}

impl<S: ServerStore> Office<S> {
    fn opportunity(&self, customer: CustomerId) -> OpportunityAdd {
        let opportunity = Opportunity {
            id: Id::new(self.id()),
            customer,
            name: "年度訂單".to_owned(),
            pipeline: Pipeline::USUAL,
            stage: Pipeline::usual().stages[0].id,
            stage_since: day_of(self.now()),
            amount: None,
            expected_close: None,
            products: String::new(),
            remark: String::new(),
            outcome: Outcome::Open,
            deleted_at: None,
            unknown: Unknown::new(),
        };
        OpportunityAdd { opportunity, line: Id::new(self.id()) }
    }

    fn step(&self, opportunity: Id<Opportunity>, from: usize, to: usize) -> OpportunityMove {
        let (from, to) = (stage(from), stage(to));
        OpportunityMove { id: Id::new(self.id()), opportunity, pipeline: Pipeline::USUAL, from, to, since: None }
    }
}

pub async fn moves_of_two_devices_are_both_kept<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let customer = office.customer_of(office.north).await;
    let (mut north, mut head) = (office.device(office.north), office.device(office.head));
    let add = office.opportunity(customer);
    let id = add.opportunity.id;
    office.done(&mut north, add).await;
    // Both move it from where they saw it, with no network; the head comes back first.
    let (late, early) = (office.step(id, 0, 2), office.step(id, 0, 1));
    let waiting = office.entry(&mut north, late.clone());
    office.advance(DAY);
    office.done(&mut head, early.clone()).await;
    assert_eq!(office.answered(&north, &[waiting]).await.remove(0).verdict, Verdict::Applied);
    let stands = office.stored::<Opportunity>(id).await.expect("an opportunity");
    assert_eq!(stands.step(), stage(2));
    for user in [office.north, office.head, office.boss, office.finance] {
        let seen = office.caught_up(user).await;
        assert_eq!(seen.get::<Opportunity>(id).as_ref(), Some(&stands));
        assert_eq!(seen.all::<StageMove>().len(), 3);
        assert!(seen.holds(late.id) && seen.holds(early.id));
    }
    for user in [office.south, office.buyer] {
        let seen = office.caught_up(user).await;
        assert!(seen.all::<Opportunity>().is_empty() && seen.all::<StageMove>().is_empty());
    }
}

pub async fn opportunities_go_where_their_customer_goes<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let (customer, other) = (office.customer_of(office.north).await, office.customer_of(office.south).await);
    let mut north = office.caught_up(office.north).await;
    let mut south = office.caught_up(office.south).await;
    let (add, late) = (office.opportunity(customer), office.opportunity(customer));
    let id = add.opportunity.id;
    office.done(&mut north, add).await;
    office.pull(&mut north).await;
    // What is entered before the customer is given away counts; what is moved afterwards is left for its new owner.
    let (entered, moved) = (office.entry(&mut north, late.clone()), office.step(id, 0, 3));
    let moving = office.entry(&mut north, moved.clone());
    office.assign(customer, office.south).await;
    let outcomes = office.answered(&north, &[entered, moving]).await;
    assert_eq!(outcomes[0].verdict, Verdict::Applied);
    assert!(matches!(outcomes[1].verdict, Verdict::Refused(Refusal::NotAllowed { .. })));
    office.pull(&mut north).await;
    assert!(north.all::<Opportunity>().is_empty() && north.all::<StageMove>().is_empty());
    office.pull(&mut south).await;
    assert_eq!(south.get(id).map(|it: Opportunity| it.step()), Some(stage(0)));
    assert!(south.holds(late.opportunity.id));
    let held = south.get(moved.id).map(|line: StageMove| (line.held, line.by, line.to));
    assert_eq!(held, Some((true, Some(office.north), stage(3))));
    // A merge takes them along, with their history.
    office.system(CustomerMerge { survivor: other, dead: customer, take: Vec::new(), keep_owner: false }).await;
    office.pull(&mut south).await;
    assert!(south.all::<Opportunity>().iter().all(|it| it.customer == other));
    assert!(south.all::<StageMove>().iter().all(|line| line.customer == other));
    assert_eq!((south.all::<Opportunity>().len(), south.all::<StageMove>().len()), (2, 3));
}

pub async fn a_rep_sells_by_pipelines_and_writes_none<S: ServerStore>(fresh: impl AsyncFn() -> S) {
    let office = Office::found(&fresh).await;
    let mut pipeline = Pipeline { name: "直銷".to_owned(), ..Pipeline::usual() };
    pipeline.stages.iter_mut().for_each(|stage| "階段".clone_into(&mut stage.name));
    pipeline.loss_reasons.truncate(1);
    pipeline.loss_reasons[0].name = "價格".to_owned();
    pipeline.stages[1].required = ["amount".to_owned()].into();
    let create = PipelineCreate { pipeline };
    let mut north = office.caught_up(office.north).await;
    assert!(matches!(office.act(&mut north, create.clone()).await, Verdict::Refused(Refusal::NotAllowed { .. })));
    let mut head = office.caught_up(office.head).await;
    office.done(&mut head, create).await;
    office.pull(&mut north).await;
    assert!(north.holds(Pipeline::USUAL) && !office.caught_up(office.buyer).await.holds(Pipeline::USUAL));
    let add = office.opportunity(office.customer_of(office.north).await);
    let id = add.opportunity.id;
    office.done(&mut north, add).await;
    let asked = office.act(&mut north, office.step(id, 0, 1)).await;
    assert!(matches!(asked, Verdict::Refused(Refusal::Field { field, .. }) if field == "amount"));
    office.done(&mut north, office.step(id, 0, 2)).await;
}
