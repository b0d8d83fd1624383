//! The address by its parts, with a list to choose the place from. Everything can be typed as well.

use std::rc::Rc;

use domain::region::{Region, Regions, Territory};
use leptos::prelude::*;

use super::fields::CustomerFields;
use crate::{
    data::regions::regions,
    features::form::Errors,
    i18n::{Locale, t},
    platform::time::spawn,
    ui::{
        button::{Button, Tone},
        dialog::Dialog,
        icon::Icon,
        input::{Input, SearchInput},
        language::{text, use_locale},
        picture::Picture,
    },
};

/// So many places are shown at once while somebody types.
const FOUND_MOST: usize = 40;

/// The parts of an address.
#[component]
pub fn AddressFields(fields: CustomerFields, errors: Errors) -> impl IntoView {
    let open = RwSignal::new(false);
    let choose = text(t::customers::region_choose);
    view! {
        <div>
            <Button label=choose testid="region-choose" icon=Icon::MapPin on_press=Callback::new(move |()| open.set(true))/>
        </div>
        <div class="form-pair narrow">
            <Input name="postal_code" label=text(t::customers::postal_code) value=fields.postal_code error=errors.of("postal_code")/>
            <Input name="province" label=text(t::customers::province) value=fields.province error=errors.of("province")/>
            <Input name="city" label=text(t::customers::city) value=fields.city error=errors.of("city")/>
            <Input name="district" label=text(t::customers::district) value=fields.district error=errors.of("district")/>
        </div>
        <Input name="address" label=text(t::customers::street) value=fields.address error=errors.of("address")/>
        <Dialog open title=choose testid="region-dialog">
            <RegionPicker on_choose=Callback::new(move |region: Region| {
                fields.province.set(region.province);
                fields.city.set(region.city);
                fields.district.set(region.district);
                if !region.postal_code.is_empty() {
                    fields.postal_code.set(region.postal_code);
                }
                open.set(false);
            })/>
        </Dialog>
    }
}

/// The list of places, read when it is first needed.
type Read = Option<Option<Rc<Regions>>>;

/// Walks from the province down, or finds a district by its name.
#[component]
fn RegionPicker(on_choose: Callback<Region>) -> impl IntoView {
    let locale = use_locale();
    let read: RwSignal<Read, LocalStorage> = RwSignal::new_local(None);
    spawn(async move {
        let found = regions().await;
        drop(read.try_set(Some(found)));
    });
    let (words, path) = (RwSignal::new(String::new()), RwSignal::new(Vec::<String>::new()));
    let (none, failed, up) =
        (text(t::customers::region_none), text(t::customers::region_failed), text(t::customers::region_up));
    let found = move |regions: &Regions, words: &str| {
        let found: Vec<Region> = regions.find(words, FOUND_MOST).into_iter().cloned().collect();
        if found.is_empty() {
            return view! { <p class="muted small">{none}</p> }.into_any();
        }
        let rows = found.into_iter().map(|region| {
            let label = region.path().join(" ");
            view! { <Line label note=region.postal_code.clone() on_press=Callback::new(move |()| on_choose.run(region.clone()))/> }
        });
        rows.collect_view().into_any()
    };
    let step = move |regions: &Regions, path_now: Vec<String>| {
        let first = if locale.get() == Locale::ZhHans { Territory::China } else { Territory::Taiwan };
        let names: Vec<String> = regions.below(&path_now, first).into_iter().map(str::to_owned).collect();
        let rows = names.into_iter().map(|name| {
            let whole: Vec<String> = path_now.iter().cloned().chain([name.clone()]).collect();
            let district = regions.at(&whole).cloned();
            let note = district.as_ref().map(|region| region.postal_code.clone()).unwrap_or_default();
            let press = Callback::new(move |()| match &district {
                Some(region) => on_choose.run(region.clone()),
                None => path.set(whole.clone()),
            });
            view! { <Line label=name note on_press=press/> }
        });
        rows.collect_view().into_any()
    };
    view! {
        <SearchInput testid="region-search" label=text(t::customers::region_search) value=words/>
        <Show when=move || path.with(|path| !path.is_empty()) && words.with(|words| words.trim().is_empty())>
            <div class="region-path">
                <Button label=up testid="region-up" tone=Tone::Quiet icon=Icon::ChevronLeft on_press=Callback::new(move |()| path.update(|path| drop(path.pop())))/>
                <span>{move || path.with(|path| path.join(" "))}</span>
            </div>
        </Show>
        <div class="region-list" data-testid="region-list">
            {move || match read.get() {
                None => ().into_any(),
                Some(None) => view! { <p class="muted small">{failed}</p> }.into_any(),
                Some(Some(regions)) => {
                    let words = words.get();
                    if words.trim().is_empty() { step(&regions, path.get()) } else { found(&regions, &words) }
                }
            }}
        </div>
    }
}

#[component]
fn Line(label: String, note: String, on_press: Callback<()>) -> impl IntoView {
    view! {
        <button type="button" class="sheet-choice" data-testid="region-line" on:click=move |_| on_press.run(())>
            <Picture icon=Icon::MapPin/>
            <span>{label}</span>
            <span class="muted small figures">{note}</span>
        </button>
    }
}
