use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Audience, ListView, ListViewId, Place};
use crate::{
    department::{departments_above, heads_above},
    edit::{Edit, take},
    kind::{Kind, RecordKey},
    mutation::{Actor, Moment, Mutation},
    refusal::Refusal,
    user::UserId,
    view::{Need, Stop, View},
};

/// Returns where somebody stands, seen from a view of an audience.
fn place_of(user: UserId, audience: Audience, view: &mut View) -> Result<Place, Stop> {
    let Audience::Department(department) = audience else { return Ok(Place::default()) };
    let own = view.get(user)?.here().and_then(|user| user.department);
    let within = own.map(|own| departments_above(own, view)).transpose()?.unwrap_or_default();
    Ok(Place { within, heads: heads_above(department, view)? })
}

/// Refuses whoever may not change a view.
fn require_keeper(of: &ListView, at: &Moment, view: &mut View) -> Result<(), Stop> {
    let Actor::Person { user, roles } = &at.actor else { return Ok(()) };
    let place = place_of(*user, of.audience, view)?;
    if of.is_kept_by(*user, roles, &place) { Ok(()) } else { Err(Refusal::RoleNotAllowed.into()) }
}

/// Refuses whoever may not offer a view to these people. A private one is for its owner alone.
fn require_offer(of: &ListView, at: &Moment, view: &mut View) -> Result<(), Stop> {
    let Actor::Person { user, roles } = &at.actor else { return Ok(()) };
    let place = place_of(*user, of.audience, view)?;
    let foreign = of.audience == Audience::Private && of.owner != *user;
    if !foreign && ListView::may_offer(of.audience, *user, roles, &place) {
        Ok(())
    } else {
        Err(Refusal::RoleNotAllowed.into())
    }
}

fn key(id: ListViewId) -> RecordKey {
    RecordKey::new(Kind::ListView, id.uuid())
}

/// Keeps a view of a list. Whoever keeps it owns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListViewAdd {
    pub view: ListView,
}

impl Mutation for ListViewAdd {
    const NAME: &'static str = "list_view_add";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let owner = at.actor.user().unwrap_or(self.view.owner);
        let kept = ListView { owner, deleted_at: None, ..self.view.clone() };
        require_offer(&kept, at, view)?;
        view.create(&kept)
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.view.id))]
    }

    fn creates(&self) -> Vec<RecordKey> {
        vec![key(self.view.id)]
    }
}

/// Changes a view: its name, what it asks for, whom it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListViewEdit(pub Edit<ListView>);

impl Mutation for ListViewEdit {
    const NAME: &'static str = "list_view_edit";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(before) = view.require(self.0.id)? else { return Ok(()) };
        require_keeper(&before, at, view)?;
        over(&self.0, &before).apply(at, view)?;
        match view.require(self.0.id)? {
            Some(after) if after.audience != before.audience => require_offer(&after, at, view),
            _ => Ok(()),
        }
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.0.id))]
    }
}

/// The last change of a view stands: there is no page on which two of them could be settled, and its history has both.
fn over(edit: &Edit<ListView>, before: &ListView) -> Edit<ListView> {
    let Ok(Value::Object(body)) = serde_json::to_value(before) else { return edit.clone() };
    let mut edit = edit.clone();
    for change in &mut edit.fields {
        change.from = take(&body, &change.field);
    }
    edit
}

/// Puts a view away, or brings it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListViewBin {
    pub id: ListViewId,
    pub binned: bool,
}

impl Mutation for ListViewBin {
    const NAME: &'static str = "list_view_bin";

    fn apply(&self, at: &Moment, view: &mut View) -> Result<(), Stop> {
        let Some(of) = view.require(self.id)? else { return Ok(()) };
        require_keeper(&of, at, view)?;
        view.put(&ListView { deleted_at: self.binned.then_some(at.happened), ..of })
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Record(key(self.id))]
    }
}
