//! The page on which somebody's work is handed over: what there is, to whom, the preview, the start, and how far it is.

use domain::{
    handover::{Handover, Way},
    user::{User, UserId},
    value::clean,
};
use leptos::{ev::SubmitEvent, prelude::*, text_prop::TextProp};

use super::{
    left::{ByHand, Counted, TakenAlong},
    may,
    past::Past,
    way::{WayFields, WayInputs},
    words,
};
use crate::{
    data::{live, use_data},
    features::{
        customers::NotOnDevice,
        online_form::{NotDone, OnlineForm},
        people::{fetch, use_id, use_people},
    },
    i18n::{Key, t},
    layout::page::PageHeader,
    online::handover::{self, Preview},
    platform::time::spawn,
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, Tone},
        confirm::Confirm,
        input::Input,
        language::{text, use_locale},
        toast::use_toasts,
    },
};

/// The page. Whoever may not hand over what this person leaves sees nothing of it.
#[component]
pub fn HandoverPage() -> impl IntoView {
    let (data, here, id, locale) = (use_data(), use_people(), use_id::<User>(), use_locale());
    let loaded = Memo::new(move |_| here.people.with(|people| !people.users.is_empty()));
    let shown = Memo::new(move |_| {
        let id = id.get()?;
        here.people.with(|people| people.user(id).is_some() && may(people, data.user(), id)).then_some(id)
    });
    let name = move || {
        let found = shown.get().and_then(|id| here.people.with(|people| people.user(id).map(|user| user.name.clone())));
        found.unwrap_or_default()
    };
    let title = move || t::handovers::page_title(locale.get(), &name());
    let back = id.get_untracked().map(|id| format!("/people/{id}")).unwrap_or_default();
    view! {
        <div class="page" data-testid="handover-page">
            <PageHeader title=TextProp::from(title) back=back/>
            <div class="page-body">
                {move || match shown.get() {
                    Some(from) => view! { <Whole from/> }.into_any(),
                    None if loaded.get() => view! { <NotOnDevice/> }.into_any(),
                    None => ().into_any(),
                }}
            </div>
        </div>
    }
}

#[component]
fn Whole(from: UserId) -> impl IntoView {
    let (data, people) = (use_data(), use_people().people);
    let preview: RwSignal<Option<Preview>> = RwSignal::new(None);
    // What was looked at in the preview is what is started.
    let planned: RwSignal<Option<Way>> = RwSignal::new(None);
    let unknown = RwSignal::new(false);
    let loaded = live(move || async move {
        let all: Vec<Handover> = data.all().await;
        all.iter().filter(|handover| handover.from == from && !handover.state.runs()).count()
    });
    // What is left is counted at first, and again whenever a handover has ended.
    let ended = Memo::new(move |_| loaded.get());
    Effect::new(move || {
        if ended.get().is_none() {
            return;
        }
        spawn(async move {
            let found = handover::preview_handover(from, None).await;
            unknown.try_set(found.is_err());
            // The form has asked meanwhile, and was told more. The person may have left the page.
            if let (Ok(found), Some(false)) = (found, planned.try_with_untracked(Option::is_some)) {
                preview.try_set(Some(found));
            }
        });
    });
    view! {
        <div class="column stack">
            <Past from/>
            {move || (unknown.get() && preview.with(Option::is_none)).then(|| view! {
                <Banner tone=BannerTone::Late title=text(t::handovers::not_counted) testid="handover-not-counted"/>
            })}
            <Counted preview/>
            <ByHand from people/>
            <TakenAlong preview/>
            <HandoverForm from preview planned/>
        </div>
    }
}

#[component]
fn HandoverForm(from: UserId, preview: RwSignal<Option<Preview>>, planned: RwSignal<Option<Way>>) -> impl IntoView {
    let (data, here, locale, toasts) = (use_data(), use_people(), use_locale(), use_toasts());
    let people = here.people;
    let fields = WayFields::empty();
    let (reason, freeze) = (RwSignal::new(String::new()), RwSignal::new(false));
    let form = OnlineForm::default();
    let way = Memo::new(move |_| fields.read());
    let ready = Memo::new(move |_| planned.with(Option::is_some) && way.get() == planned.get());
    let look = move |event: SubmitEvent| {
        let wanted = way.get_untracked();
        let asked = wanted.clone();
        form.submit(
            &event,
            move |errors| fields.check(errors),
            move || handover::preview_handover(from, asked),
            move |found: Preview| {
                preview.set(Some(found));
                planned.set(wanted);
            },
        );
    };
    let asking = RwSignal::new(false);
    let ask = Callback::new(move |()| asking.set(true));
    let started = text(t::handovers::started);
    let start = Callback::new(move |()| {
        let Some(way) = planned.get_untracked() else { return };
        let reason = reason.with_untracked(|reason| clean(reason));
        form.ask(
            move || handover::start_handover(from, way, reason, freeze.get_untracked()),
            move |_| {
                planned.set(None);
                freeze.set(false);
                toasts.show(started);
                fetch(data);
            },
        );
    });
    let question = move || match freeze.get() {
        true => t::handovers::start_question_freeze(locale.get()),
        false => t::handovers::start_question(locale.get()),
    };
    let active = Memo::new(move |_| people.with(|people| people.user(from).is_some_and(|user| user.active)));
    // Ending an account is the administrator's business, and nobody ends their own.
    let freezes = Memo::new(move |_| active.get() && here.administers.get() && from != data.user());
    let freeze_hint = text(t::handovers::freeze_hint);
    let freeze_label = text(t::handovers::freeze);
    let reasons: [Key; 3] = [t::handovers::reason_leave, t::handovers::reason_move, t::handovers::reason_absence];
    let suggestions = reasons.map(|words| words(locale.get_untracked()).to_owned()).to_vec();
    view! {
        <form class="card padded form stack" data-testid="handover-form" on:submit=look novalidate>
            <h2>{text(t::handovers::hand_over)}</h2>
            <WayInputs fields from people errors=form.errors/>
            <Input name="reason" label=text(t::handovers::reason) value=reason suggestions error=form.errors.of("reason")/>
            {move || freezes.get().then(|| view! {
                <label class="check">
                    <input type="checkbox" data-testid="handover-freeze" prop:checked=freeze
                        on:change:target=move |event| freeze.set(event.target().checked())/>
                    <span>{freeze_label}</span>
                </label>
                <p class="muted small">{freeze_hint}</p>
            })}
            <NotDone form/>
            {move || ready.get().then(|| view! { <Shares preview/> })}
            <div class="form-buttons">
                {move || match ready.get() {
                    true => view! {
                        <Button label=text(t::handovers::start) testid="handover-start" tone=Tone::Primary disabled=form.busy on_press=ask/>
                    }
                    .into_any(),
                    false => view! {
                        <Button label=text(t::handovers::preview) testid="handover-preview" tone=Tone::Primary disabled=form.busy/>
                    }
                    .into_any(),
                }}
            </div>
            <p class="muted small">{text(t::people::needs_network)}</p>
        </form>
        <Confirm
            open=asking
            title=text(t::handovers::start_title)
            question
            yes=text(t::handovers::start)
            tone=Tone::Primary
            on_yes=start
        />
    }
}

/// Who receives how much.
#[component]
fn Shares(preview: RwSignal<Option<Preview>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let nothing = text(t::handovers::nothing);
    let row = move |share: handover::Share| {
        let title = move || words::receiver(locale.get(), data, share.to);
        let sub = move || words::in_line(locale.get(), share.counts);
        view! {
            <div class="row" data-testid="handover-share">
                <div class="row-main">
                    <div class="row-title">{title}</div>
                    <div class="row-sub">{sub}</div>
                </div>
            </div>
        }
    };
    let rows = move || {
        let shares = preview.with(|preview| preview.as_ref().map(|preview| preview.shares.clone())).unwrap_or_default();
        match shares.is_empty() {
            true => view! { <p class="muted">{nothing}</p> }.into_any(),
            false => shares.into_iter().map(row).collect_view().into_any(),
        }
    };
    view! {
        <section class="stack" aria-live="polite">
            <h3>{text(t::handovers::shares)}</h3>
            {rows}
            <p class="muted small">
                {move || t::handovers::undo_hint(locale.get(), (Handover::UNDO_MS / (24 * 3600 * 1000)).unsigned_abs())}
            </p>
        </section>
    }
}
