//! The small form of a view: what it is called and whom it is for.

use domain::{
    edit::Edit,
    kind::Kind,
    list_view::{Audience, ListView, ListViewAdd, ListViewBin, ListViewEdit, ListViewId},
    mutation::Action,
    own::Unknown,
    record::Record as _,
    value::clean,
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{Known, with_columns};
use crate::{
    data::use_data,
    features::{
        customers::{ListColumn, column_names},
        form::Errors,
        history::Stamped,
    },
    i18n::t,
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        field::Need,
        input::Input,
        language::{text, use_locale},
        select::{Choice, Select},
        toast::use_toasts,
    },
};

/// The form, for the view that the list shows now or for one that is there.
#[component]
pub fn ViewForm(
    before: Option<ListView>,
    known: Known,
    query: Memo<String>,
    columns: RwSignal<Vec<ListColumn>>,
    /// Closes the dialog around it.
    open: RwSignal<bool>,
    on_saved: Callback<ListViewId>,
) -> impl IntoView {
    let (data, toasts, locale) = (use_data(), use_toasts(), use_locale());
    let errors = Errors::new();
    let now = with_columns(&query.get_untracked(), &columns.with_untracked(|columns| column_names(columns)));
    let base = before.clone().unwrap_or_else(|| ListView {
        id: data.fresh(),
        name: String::new(),
        list: Kind::Customer,
        query: now.clone(),
        owner: data.user(),
        audience: Audience::Private,
        deleted_at: None,
        unknown: Unknown::new(),
    });
    let name = RwSignal::new(base.name.clone());
    let audience = RwSignal::new(base.audience.to_string());
    let offered = known.audiences(before.as_ref());
    let audiences = Signal::derive(move || {
        let choice =
            |audience: &Audience| Choice::new(audience.to_string(), known.audience_words(locale.get(), *audience));
        offered.iter().map(choice).collect::<Vec<_>>()
    });
    // A list that was changed since the view was chosen can be taken over.
    let update = RwSignal::new(false);
    let differs = base.query != now;
    let busy = RwSignal::new(false);
    let saved = text(t::list_views::saved);
    let stamp = before.as_ref().map(|before| (before.id.uuid(), before.unknown.stamp.clone()));
    let delete = before.clone().map(|view| view! { <DeleteView view open/> });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // The dialog stands in a page that has forms of its own.
        event.stop_propagation();
        errors.clear();
        let view = ListView {
            name: name.with_untracked(|name| clean(name)),
            query: if update.get_untracked() { now.clone() } else { base.query.clone() },
            audience: audience.with_untracked(|audience| Audience::parse(audience)).unwrap_or_default(),
            ..base.clone()
        };
        if let Err(error) = view.validate() {
            errors.field(error);
        }
        if errors.any() {
            return errors.show_first();
        }
        let (id, about) = (view.id, view.name.clone());
        let action = match &before {
            None => Some(Action::from(ListViewAdd { view })),
            Some(before) => match Edit::between(before, &view) {
                Ok(edit) => (!edit.is_empty()).then(|| ListViewEdit(edit).into()),
                Err(_) => return,
            },
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn(async move {
            let done = match action {
                Some(action) => data.enter(action, &about).await.is_ok(),
                None => true, // nothing was changed
            };
            busy.try_set(false);
            if done {
                toasts.show(saved);
                on_saved.try_run(id).unwrap_or_default(); // the list may have been left meanwhile
                open.try_set(false);
            }
        });
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <Input name="view-name" label=text(t::list_views::name) value=name need=Need::Required
                hint=text(t::list_views::name_hint) error=errors.of("name")/>
            <Select name="view-audience" label=text(t::list_views::audience) value=audience choices=audiences need=Need::Required error=errors.of("audience")/>
            {match (stamp, differs) {
                (None, _) => view! { <p class="muted small">{text(t::list_views::keeps)}</p> }.into_any(),
                (Some((id, stamp)), differs) => view! {
                    {differs.then(|| view! {
                        <label class="check">
                            <input type="checkbox" data-testid="view-update" prop:checked=update
                                on:change:target=move |event| update.set(event.target().checked())/>
                            <span>{text(t::list_views::update)}</span>
                        </label>
                    })}
                    <Stamped id stamp=Signal::stored(stamp)/>
                }
                .into_any(),
            }}
            <div class="button-row end">
                {delete}
                <Button label=text(t::common::save) testid="view-save" tone=Tone::Primary disabled=busy/>
            </div>
        </form>
    }
}

/// Puts a view away; it can be taken back at once.
#[component]
fn DeleteView(view: ListView, open: RwSignal<bool>) -> impl IntoView {
    let (data, toasts) = (use_data(), use_toasts());
    let deleted = text(t::common::deleted);
    let press = Callback::new(move |()| {
        let (id, about) = (view.id, view.name.clone());
        spawn(async move {
            if data.enter(ListViewBin { id, binned: true }, &about).await.is_err() {
                return;
            }
            let undo = Callback::new(move |()| {
                let about = about.clone();
                spawn(async move {
                    // A failure shows as a banner; the view stays away.
                    drop(data.enter(ListViewBin { id, binned: false }, &about).await);
                });
            });
            toasts.show_with_undo(deleted, undo);
            open.try_set(false);
        });
    });
    view! { <Button label=text(t::list_views::delete) testid="view-delete" tone=Tone::Danger on_press=press/> }
}
