//! 撞單 on this device: what waits for somebody to look at it.

use domain::{
    access::Right,
    clash::ClashId,
    customer::CustomerId,
    kind::{Kind, RecordKey},
    summary::{clash_field, customer_field},
    user::{User, UserId},
};
use uuid::Uuid;

use super::{Data, customer_key};

/// Two people with one customer, and nobody has dealt with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenClash {
    pub id: ClashId,
    /// Who was there first.
    pub customer: CustomerId,
    /// Who was entered beside it; none where somebody asks.
    pub other: Option<CustomerId>,
    /// Both are on this device.
    pub both_here: bool,
    pub by: Option<UserId>,
    /// What the person who asks calls the customer.
    pub words: String,
    /// ms UTC.
    pub found_at: i64,
}

impl Data {
    /// Returns the clashes that this person may settle, the oldest first.
    pub async fn clashes_to_settle(self) -> Vec<OpenClash> {
        let Some(me) = self.get::<User>(self.user()).await else { return Vec::new() };
        if !me.roles.iter().any(|role| role.right(Kind::Clash) == Some(Right::Write)) {
            return Vec::new();
        }
        let mine =
            |clash: &OpenClash| domain::clash::settled_by(clash.by, me.id, &me.roles, self.owner(clash.customer));
        let mut open: Vec<OpenClash> = self.open_clashes(None).into_iter().filter(mine).collect();
        open.sort_by_key(|clash| (clash.found_at, clash.id));
        open
    }

    /// Returns the clashes that nobody has settled, all of them or those of one customer.
    pub fn open_clashes(self, of: Option<CustomerId>) -> Vec<OpenClash> {
        let mut open = Vec::new();
        self.with(|store| {
            let shown = |id: Uuid| store.shown(RecordKey::new(Kind::Customer, id)).map(|shown| !shown.summary.hidden);
            let stands = |id: Uuid| shown(id) == Some(true);
            store.each_line(Kind::Clash, |line| {
                let Some(customer) = line.parent().map(|parent| parent.id).filter(|_| !line.hidden()) else { return };
                let other = Uuid::try_parse(line.field(clash_field::OTHER)).ok();
                // Whose own the later one is knows that they entered it; one that lies in the recycle bin is nobody's clash.
                let gone = !stands(customer) || other.and_then(shown) == Some(false);
                if gone || of.is_some_and(|of| of.uuid() != customer) {
                    return;
                }
                open.push(OpenClash {
                    id: line.key.id.into(),
                    customer: customer.into(),
                    other: other.map(Into::into),
                    both_here: other.is_some_and(stands),
                    by: Uuid::try_parse(line.field(clash_field::BY)).ok().map(Into::into),
                    words: line.field(clash_field::WORDS).to_owned(),
                    found_at: line.field(clash_field::FOUND_AT).parse().unwrap_or_default(),
                });
            });
        });
        open.retain(|clash| clash.other.is_none_or(|other| !self.told_apart(clash.customer, other)));
        open
    }

    /// Says whether somebody has looked at two customers and found that they are two.
    pub fn told_apart(self, one: CustomerId, other: CustomerId) -> bool {
        self.with(|store| {
            let stands = |id: Uuid| {
                let shown = store.shown(RecordKey::new(Kind::Distinct, id));
                shown.is_some_and(|shown| !shown.summary.hidden)
            };
            let pairs = |of: CustomerId| store.children(Kind::Distinct, customer_key(of)).into_iter();
            // The id tells nothing: one that a merge has brought to these two bears that of its first ones.
            let others: Vec<Uuid> = pairs(other).collect();
            pairs(one).any(|id| others.contains(&id) && stands(id))
        })
    }

    fn owner(self, customer: CustomerId) -> Option<UserId> {
        let shown = self.with(|store| store.shown(RecordKey::new(Kind::Customer, customer.uuid())))?;
        Uuid::try_parse(shown.summary.field(customer_field::OWNER)).ok().map(Into::into)
    }
}
