//! The views above the list: a tap asks for what one keeps.

use domain::list_view::{Audience, ListView, ListViewId};
use leptos::prelude::*;

use super::{COLUMNS, asks_for, form::ViewForm, live_views};
use crate::{
    data::use_data,
    features::customers::{Asked, ListColumn, columns_named, pairs_of},
    i18n::t,
    ui::{
        button::{Button, IconButton, Tone},
        dialog::Dialog,
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
    },
};

/// The views, and the way to keep another one.
#[component]
pub fn ViewBar(asked: Asked, columns: RwSignal<Vec<ListColumn>>) -> impl IntoView {
    let data = use_data();
    let known = live_views(data);
    let query = Memo::new(move |_| asked.query());
    // What was asked for last; it may have been changed on the screen since.
    let opened = RwSignal::new(None::<ListViewId>);
    let active = Memo::new(move |_| {
        known.with(|known| {
            query.with(|query| {
                let same = |view: &&ListView| asks_for(view, query);
                let last = known.views.iter().find(|view| opened.get() == Some(view.id));
                last.filter(same).or_else(|| known.views.iter().find(same)).map(|view| view.id)
            })
        })
    });
    let press = Callback::new(move |view: ListView| {
        if active.get_untracked() == Some(view.id) {
            opened.set(None);
            return asked.take_query("");
        }
        opened.set(Some(view.id));
        asked.take_query(&view.query);
        if let Some(names) = pairs_of(&view.query).get(COLUMNS) {
            columns.set(columns_named(names));
        }
    });
    // The view that can be changed: the one that is shown, or the one from which the list was changed.
    let kept = Memo::new(move |_| {
        let query_empty = query.with(String::is_empty);
        known.with(|known| {
            let wanted = active.get().or_else(|| opened.get().filter(|_| !query_empty))?;
            known.views.iter().find(|view| view.id == wanted).filter(|view| known.kept_by_me(view)).cloned()
        })
    });
    let can_add = Memo::new(move |_| active.get().is_none() && query.with(|query| !query.is_empty()));
    let (adding, changing) = (RwSignal::new(false), RwSignal::new(false));
    let (add, edit) = (text(t::list_views::add), text(t::list_views::edit));
    let shown = Memo::new(move |_| known.with(|known| !known.views.is_empty()) || can_add.get());
    let added = Callback::new(move |id| opened.set(Some(id)));
    view! {
        <Show when=move || shown.get()>
            <div class="views" role="group" aria-label=text(t::list_views::title) data-testid="views">
                <For each=move || known.with(|known| known.views.clone()) key=key_of let:view>
                    <ViewChip view active press/>
                </For>
                <Show when=move || kept.with(Option::is_some)>
                    <IconButton icon=Icon::Pencil label=edit testid="view-edit" on_press=Callback::new(move |_| changing.set(true))/>
                </Show>
                <Show when=move || can_add.get()>
                    <Button label=add testid="view-add" tone=Tone::Quiet icon=Icon::Plus on_press=Callback::new(move |()| adding.set(true))/>
                </Show>
            </div>
        </Show>
        <Dialog open=adding title=add testid="view-dialog">
            <ViewForm before=None known=known.get_untracked() query columns open=adding on_saved=added/>
        </Dialog>
        <Dialog open=changing title=edit testid="view-dialog">
            {move || kept.get_untracked().map(|before| view! {
                <ViewForm before=Some(before) known=known.get_untracked() query columns open=changing on_saved=added/>
            })}
        </Dialog>
    }
}

/// What a chip is drawn anew for.
fn key_of(view: &ListView) -> (ListViewId, String, String, String) {
    (view.id, view.name.clone(), view.query.clone(), view.audience.to_string())
}

#[component]
fn ViewChip(view: ListView, active: Memo<Option<ListViewId>>, press: Callback<ListView>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let id = view.id;
    let shared = (view.audience != Audience::Private).then(|| view! { <Picture icon=Icon::Users/> });
    let owner = (view.owner != data.user()).then_some(view.owner);
    let hint = move || owner.map(|owner| t::list_views::shared_by(locale.get(), &data.user_name(owner)));
    let name = view.name.clone();
    view! {
        <button type="button" class="chip view-chip" data-testid="view" title=hint
            aria-pressed=move || (active.get() == Some(id)).to_string()
            on:click=move |_| press.run(view.clone())>
            {shared}
            <span class="one-line">{name}</span>
        </button>
    }
}
