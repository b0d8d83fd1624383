//! Several customers at once: another owner, one more tag, into the recycle bin; each can be taken back.

use std::collections::BTreeSet;

use domain::{
    customer::{CustomerAssign, CustomerBin, CustomerEdit, CustomerId},
    edit::{Edit, SetEdit},
    kind::{Kind, RecordKey},
    mutation::Action,
    summary::customer_field,
    value::clean,
};
use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    data::{Data, pools::pool_of, use_data},
    features::customers::assign::AssignForm,
    i18n::t,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        confirm::Confirm,
        dialog::Dialog,
        field::Need,
        icon::Icon,
        input::Input,
        language::{text, use_locale},
        toast::{Toasts, use_toasts},
    },
};

/// More at once is a job for the server.
pub const CHOSEN_MOST: usize = 500;

/// The customers that are chosen. Copy it into handlers.
#[derive(Clone, Copy, Default)]
pub struct Chosen {
    /// Rows are chosen instead of opened.
    pub on: RwSignal<bool>,
    pub ids: RwSignal<BTreeSet<Uuid>>,
}

impl Chosen {
    /// Chooses a customer, or no longer.
    pub fn toggle(self, id: Uuid) {
        self.on.set(true);
        self.ids.update(|ids| {
            if !ids.remove(&id) && ids.len() < CHOSEN_MOST {
                ids.insert(id);
            }
        });
    }

    /// Goes back to opening rows.
    pub fn end(self) {
        self.on.set(false);
        self.ids.update(BTreeSet::clear);
    }
}

/// One customer's share of a bulk action, and what takes it back.
struct Step {
    forth: Action,
    back: Action,
    about: String,
}

/// Works the steps out for what is chosen.
fn steps(
    data: Data,
    ids: &BTreeSet<Uuid>,
    step: impl Fn(CustomerId, &dyn Fn(usize) -> String) -> Option<(Action, Action)>,
) -> Vec<Step> {
    let shown = |id: &Uuid| data.with(|store| store.shown(RecordKey::new(Kind::Customer, *id)));
    let each = ids.iter().filter_map(|id| Some((*id, shown(id)?)));
    each.filter_map(|(id, shown)| {
        let (forth, back) = step(id.into(), &|place| shown.summary.field(place).to_owned())?;
        Some(Step { forth, back, about: shown.summary.field(customer_field::NAME).to_owned() })
    })
    .collect()
}

/// Taken back, a customer is its former owner's again, or lies in its pool.
fn assigned(id: CustomerId, before: &str, held: &str, owner: Uuid) -> Option<(Action, Action)> {
    let before = Uuid::try_parse(before).ok();
    let forth = CustomerAssign { id, owner: Some(owner.into()), pool: None };
    let back = CustomerAssign { id, owner: before.map(Into::into), pool: pool_of(held) };
    (before != Some(owner)).then(|| (forth.into(), back.into()))
}

fn tagged(id: CustomerId, before: &str, tag: &str) -> Option<(Action, Action)> {
    let edit = |add: &[&str], remove: &[&str]| {
        let values = |words: &[&str]| words.iter().map(|word| (*word).into()).collect();
        let set = SetEdit { field: "tags".to_owned(), add: values(add), remove: values(remove) };
        Action::from(CustomerEdit(Edit { id, fields: Vec::new(), sets: vec![set] }))
    };
    let has = before.lines().any(|known| known == tag);
    (!has).then(|| (edit(&[tag], &[]), edit(&[], &[tag])))
}

/// Enters the steps, and offers to take them back.
fn carry_out(data: Data, toasts: Toasts, chosen: Chosen, steps: Vec<Step>, done: String) {
    let (forth, back): (Vec<_>, Vec<_>) =
        steps.into_iter().map(|step| ((step.forth, step.about.clone()), (step.back, step.about))).unzip();
    spawn(async move {
        if data.enter_all(forth, Vec::new()).await.is_ok() {
            chosen.end();
            let undo = Callback::new(move |()| {
                let back = back.clone();
                spawn(async move {
                    // A failure shows as a banner.
                    drop(data.enter_all(back, Vec::new()).await);
                });
            });
            toasts.show_with_undo(move || done.clone(), undo);
        }
    });
}

/// What can be done with those that are chosen.
#[component]
pub fn BulkBar(
    chosen: Chosen,
    /// Those that the list shows.
    all: Callback<(), Vec<Uuid>>,
) -> impl IntoView {
    let (data, toasts, locale) = (use_data(), use_toasts(), use_locale());
    let (assigning, tagging, deleting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let count = Memo::new(move |_| chosen.ids.with(BTreeSet::len));
    let none = Signal::derive(move || count.get() == 0);
    // Said in full beforehand: the bar is gone when it is done.
    let done = move |number: usize| t::customers::bulk_done(locale.get_untracked(), number as u64);
    let choose_all = Callback::new(move |()| {
        let ids = all.run(()).into_iter().take(CHOSEN_MOST).collect();
        chosen.ids.set(ids);
    });
    let assign = Callback::new(move |owner: Uuid| {
        assigning.set(false);
        let steps = chosen.ids.with_untracked(|ids| {
            steps(data, ids, |id, field| {
                assigned(id, &field(customer_field::OWNER), &field(customer_field::HELD), owner)
            })
        });
        let number = steps.len();
        carry_out(data, toasts, chosen, steps, done(number));
    });
    let tag = Callback::new(move |tag: String| {
        tagging.set(false);
        let steps = chosen
            .ids
            .with_untracked(|ids| steps(data, ids, |id, field| tagged(id, &field(customer_field::TAGS), &tag)));
        let number = steps.len();
        carry_out(data, toasts, chosen, steps, done(number));
    });
    let bin = Callback::new(move |()| {
        let steps = chosen.ids.with_untracked(|ids| {
            steps(data, ids, |id, _| {
                let bin = |binned| Action::from(CustomerBin { id, binned });
                Some((bin(true), bin(false)))
            })
        });
        let number = steps.len();
        carry_out(data, toasts, chosen, steps, done(number));
    });
    let full = move || (count.get() >= CHOSEN_MOST).then(|| t::customers::bulk_most(locale.get(), CHOSEN_MOST as u64));
    view! {
        <div class="bulk" role="toolbar" aria-label=text(t::customers::bulk) data-testid="bulk">
            <span class="figures" role="status" data-testid="bulk-count">{move || t::customers::chosen(locale.get(), count.get() as u64)} " " {full}</span>
            <Button label=text(t::customers::choose_all) testid="bulk-all" tone=Tone::Quiet on_press=choose_all/>
            <Button label=text(t::customers::assign) testid="bulk-assign" icon=Icon::User disabled=none on_press=Callback::new(move |()| assigning.set(true))/>
            <Button label=text(t::customers::bulk_tag) testid="bulk-tag" icon=Icon::Tag disabled=none on_press=Callback::new(move |()| tagging.set(true))/>
            <Button label=text(t::common::delete) testid="bulk-delete" tone=Tone::Danger icon=Icon::Trash disabled=none on_press=Callback::new(move |()| deleting.set(true))/>
            <Button label=text(t::common::close) testid="bulk-end" tone=Tone::Quiet on_press=Callback::new(move |()| chosen.end())/>
        </div>
        <Dialog open=assigning title=text(t::customers::assign) testid="assign-dialog">
            <AssignForm on_choose=assign/>
        </Dialog>
        <Dialog open=tagging title=text(t::customers::bulk_tag) testid="tag-dialog">
            <TagForm on_choose=tag/>
        </Dialog>
        <Confirm
            open=deleting
            title=move || t::customers::bulk_delete_title(locale.get(), count.get() as u64)
            question=text(t::customers::delete_text)
            yes=text(t::customers::delete_yes)
            on_yes=bin
        />
    }
}

#[component]
fn TagForm(on_choose: Callback<String>) -> impl IntoView {
    let tag = RwSignal::new(String::new());
    let press = Callback::new(move |()| on_choose.run(tag.with_untracked(|tag| clean(tag))));
    let empty = Signal::derive(move || tag.with(|tag| clean(tag).is_empty() || tag.chars().count() > 40));
    view! {
        <Input name="bulk-tag" label=text(t::customers::tags) value=tag need=Need::Required/>
        <div class="button-row end">
            <Button label=text(t::common::add) testid="tag-yes" tone=Tone::Primary disabled=empty on_press=press/>
        </div>
    }
}
