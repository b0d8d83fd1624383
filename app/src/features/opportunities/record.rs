//! One opportunity: where it stands, what it is about, and how it came there.

use domain::{
    customer::Customer,
    kind::{Kind, RecordKey},
    opportunity::{Opportunity, OpportunityBin, OpportunityId, Outcome, StageMove},
    pipeline::{Pipeline, Stage, StageId},
    record::Record as _,
    user::UserId,
};
use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_navigate;

use super::{
    form::use_opportunity_id,
    history::StageHistory,
    moving::{LossDialog, Mover},
    words::{ended, money},
};
use crate::{
    data::{Data, live, opportunities::live_pipelines, use_data},
    features::{customers::NotOnDevice, history::LastChange},
    i18n::t,
    layout::page::PageHeader,
    platform::{
        intl::{self, Style},
        time::spawn,
    },
    ui::{
        banner::{Banner, BannerTone},
        button::{Button, ButtonLink, Tone},
        confirm::Confirm,
        icon::Icon,
        language::{text, use_locale},
        menu::{Menu, MenuItem},
        toast::use_toasts,
        unsent::UnsentMark,
    },
};

#[derive(Clone, Debug, PartialEq)]
struct Shown {
    opportunity: Opportunity,
    owner: Option<UserId>,
    moves: Vec<StageMove>,
}

async fn load(data: Data, id: OpportunityId) -> Option<Shown> {
    let opportunity: Opportunity = data.get(id).await?;
    let moves = data.children(RecordKey::new(Kind::Opportunity, id.uuid())).await;
    let customer: Option<Customer> = data.get(opportunity.customer).await;
    Some(Shown { opportunity, owner: customer.and_then(|customer| customer.owner), moves })
}

/// The page.
#[component]
pub fn OpportunityPage() -> impl IntoView {
    let (data, id, locale) = (use_data(), use_opportunity_id(), use_locale());
    let loaded = live(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => load(data, id).await,
                None => None,
            }
        }
    });
    let shown = Memo::new(move |_| loaded.get().flatten());
    let here = Memo::new(move |_| loaded.with(|loaded| loaded.as_ref().map(Option::is_some)));
    let pipelines = live_pipelines(data, locale);
    let title = move || shown.with(|it| it.as_ref().map(|it| it.opportunity.name.clone()).unwrap_or_default());
    let mover = Mover::new(data, pipelines);
    let one = text(t::opportunities::one);
    let deleted = Memo::new(move |_| shown.with(|it| it.as_ref().is_some_and(|it| it.opportunity.deleted())));
    let (gone, restore) = (text(t::opportunities::deleted_notice), text(t::customers::restore));
    let bring_back = Callback::new(move |()| {
        let Some(Shown { opportunity, .. }) = shown.get_untracked() else { return };
        // A failure shows as a banner; it stays in the recycle bin.
        spawn(async move {
            drop(data.enter(OpportunityBin { id: opportunity.id, binned: false }, &opportunity.name).await);
        });
    });
    let moves = Signal::derive(move || shown.with(|it| it.as_ref().map(|it| it.moves.clone()).unwrap_or_default()));
    move || match here.get() {
        None => ().into_any(),
        Some(false) => view! {
            <div class="page"><PageHeader title=one back="/opportunities"/><NotOnDevice/></div>
        }
        .into_any(),
        Some(true) => view! {
            <div class="page" data-testid="opportunity">
                <PageHeader title=TextProp::from(title) back="/opportunities"><HeadButtons shown/></PageHeader>
                <div class="page-body">
                    <div class="column">
                        {move || if deleted.get() {
                            view! {
                                <Banner tone=BannerTone::Due title=gone testid="opportunity-deleted">
                                    <Button label=restore testid="opportunity-restore" on_press=bring_back/>
                                </Banner>
                            }
                            .into_any()
                        } else {
                            view! { <Stand shown pipelines mover/> }.into_any()
                        }}
                        <Facts shown/>
                        <StageHistory moves pipelines/>
                        {move || shown.get().map(|Shown { opportunity, .. }| {
                            let key = RecordKey::new(Kind::Opportunity, opportunity.id.uuid());
                            let stamp = Signal::stored(opportunity.unknown.stamp);
                            view! { <LastChange key customer=opportunity.customer stamp/> }
                        })}
                    </div>
                </div>
                <LossDialog mover/>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn HeadButtons(shown: Memo<Option<Shown>>) -> impl IntoView {
    let (data, locale, toasts, navigate) = (use_data(), use_locale(), use_toasts(), use_navigate());
    let (edit, deleted, asking) = (text(t::common::edit), text(t::common::deleted), RwSignal::new(false));
    let id = Memo::new(move |_| shown.with(|it| it.as_ref().map(|it| it.opportunity.id)));
    let name = move || shown.with(|it| it.as_ref().map(|it| it.opportunity.name.clone()).unwrap_or_default());
    let bin = Callback::new(move |()| {
        let (Some(id), about, navigate) = (id.get_untracked(), untrack(name), navigate.clone()) else { return };
        spawn(async move {
            if data.enter(OpportunityBin { id, binned: true }, &about).await.is_err() {
                return;
            }
            let undo = Callback::new(move |()| {
                let about = about.clone();
                // A failure shows as a banner; it stays in the recycle bin.
                spawn(async move { drop(data.enter(OpportunityBin { id, binned: false }, &about).await) });
            });
            toasts.show_with_undo(deleted, undo);
            navigate("/opportunities", Default::default());
        });
    });
    let items = vec![MenuItem {
        label: text(t::common::delete).into(),
        icon: Icon::Trash,
        testid: "opportunity-delete",
        danger: true,
        run: Callback::new(move |()| asking.set(true)),
    }];
    view! {
        {move || id.get().map(|id| view! {
            <ButtonLink href=format!("/opportunities/{id}/edit") label=edit testid="opportunity-edit" icon=Icon::Pencil/>
        })}
        <Menu label=text(t::common::more_actions) testid="opportunity-menu" items/>
        <Confirm open=asking title=move || t::opportunities::deleted_title(locale.get(), &name())
            question=text(t::opportunities::deleted_text) yes=text(t::common::delete) on_yes=bin/>
    }
}

/// The stages with the one in which it stands, and how it ends.
#[component]
fn Stand(shown: Memo<Option<Shown>>, pipelines: Memo<Vec<Pipeline>>, mover: Mover) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    let both = move || {
        let opportunity = shown.get()?.opportunity;
        let pipeline = pipelines.with(|all| all.iter().find(|it| it.id == opportunity.pipeline).cloned())?;
        Some((opportunity, pipeline))
    };
    let (stages, won, lost, reopen) = (
        text(t::opportunities::stage),
        text(t::opportunities::won),
        text(t::opportunities::lost),
        text(t::opportunities::reopen),
    );
    move || {
        let (opportunity, pipeline) = both()?;
        let stored = StoredValue::new((opportunity.clone(), pipeline.clone()));
        let to = move |stage: StageId| {
            stored.with_value(|(opportunity, pipeline)| mover.to_stage(opportunity.clone(), pipeline, stage));
        };
        let win = Callback::new(move |()| stored.with_value(|(it, pipeline)| mover.win(it.clone(), pipeline)));
        let lose = Callback::new(move |()| stored.with_value(|(it, pipeline)| mover.lose(it.clone(), pipeline)));
        let stage = opportunity.stage;
        let again = Callback::new(move |()| to(stage));
        if let Some(words) = ended(locale.get(), pipelines.with(Vec::clone).as_slice(), opportunity.outcome) {
            let tone =
                if matches!(opportunity.outcome, Outcome::Won { .. }) { BannerTone::Info } else { BannerTone::Due };
            return Some(
                view! {
                    <Banner tone title=move || words.clone() testid="opportunity-ended">
                        <Button label=reopen testid="opportunity-reopen" on_press=again/>
                    </Banner>
                }
                .into_any(),
            );
        }
        let chips = pipeline.stages.iter().filter(|it| !it.off || it.id == stage).cloned().map(|it: Stage| {
            let id = it.id;
            view! {
                <button type="button" class="chip" data-testid="stage-step" aria-pressed=(id == stage).to_string() on:click=move |_| to(id)>
                    {it.name}
                </button>
            }
        });
        let over = pipeline.stage(stage).and_then(|it| it.over(opportunity.stage_since, data.today()));
        let days = (data.today() - opportunity.stage_since).num_days().unsigned_abs();
        Some(
            view! {
                <section class="card padded stack" data-testid="opportunity-stand">
                    <div class="chips" role="group" aria-label=stages>{chips.collect_view()}</div>
                    <div class="pills">
                        <span class="pill" data-testid="days-in-stage">{t::opportunities::in_stage(locale.get(), days)}</span>
                        {over.map(|days| view! {
                            <span class="pill due" data-testid="over">{t::opportunities::over(locale.get(), days.unsigned_abs())}</span>
                        })}
                    </div>
                    <div class="button-row">
                        <Button label=won testid="opportunity-won" tone=Tone::Primary icon=Icon::Check on_press=win/>
                        <Button label=lost testid="opportunity-lost" tone=Tone::Danger on_press=lose/>
                    </div>
                </section>
            }
            .into_any(),
        )
    }
}

#[component]
fn Facts(shown: Memo<Option<Shown>>) -> impl IntoView {
    let (data, locale) = (use_data(), use_locale());
    move || {
        let Shown { opportunity, owner, .. } = shown.get()?;
        let (locale, customer) = (locale.get(), opportunity.customer);
        let unsent = data.unsent(Kind::Opportunity, opportunity.id);
        let line = |label: &'static str, testid: &'static str, value: String| {
            (!value.is_empty())
                .then(|| view! { <dt>{label}</dt> <dd class="timeline-text" data-testid=testid>{value}</dd> })
        };
        let day = opportunity.expected_close.map(|day| intl::plain_date(locale, &day.to_string(), Style::Date));
        let amount = opportunity.amount.map(|amount| money(locale, amount)).unwrap_or_default();
        Some(view! {
            <section class="card padded" data-testid="opportunity-facts">
                <dl class="facts">
                    <dt>{t::contact_records::customer(locale)}</dt>
                    <dd><a href=format!("/customers/{customer}") data-testid="opportunity-customer">{data.customer_name(customer)}</a></dd>
                    {line(t::opportunities::owner(locale), "opportunity-owner", owner.map(|owner| data.user_name(owner)).unwrap_or_default())}
                    {line(t::opportunities::amount(locale), "opportunity-amount", amount)}
                    {line(t::opportunities::expected_close(locale), "opportunity-expected", day.unwrap_or_default())}
                    {line(t::opportunities::products(locale), "opportunity-products", opportunity.products)}
                    {line(t::opportunities::remark(locale), "opportunity-remark", opportunity.remark)}
                </dl>
                <UnsentMark unsent/>
            </section>
        })
    }
}
