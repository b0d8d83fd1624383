//! One tap to call, to write, to find the way; afterwards the offer to write that contact down.

use domain::{
    contact::{Contact, ContactId},
    contact_record::Channel,
    customer::{Customer, CustomerId},
};
use js_sys::encode_uri_component;
use leptos::prelude::*;

use crate::{
    data::reached::use_reached,
    i18n::{Key, Locale, t},
    platform::{download, time::spawn},
    ui::{
        icon::Icon,
        language::{text, use_locale},
        picture::Picture,
        toast::use_toasts,
    },
};

/// A way to reach somebody, with what the other side is called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    Call(String),
    Mail(String),
    Wechat(String),
    Line(String),
    Qq(String),
    Map(String),
}

impl Way {
    /// What opens the telephone, the messenger or the map.
    fn href(&self, locale: Locale) -> String {
        let plain = |text: &str| String::from(encode_uri_component(text));
        match self {
            Way::Call(digits) => format!("tel:{digits}"),
            Way::Mail(address) => format!("mailto:{address}"),
            // It opens no chat by a name from outside: the name is copied to be pasted there.
            Way::Wechat(_) => "weixin://".to_owned(),
            Way::Line(account) => format!("https://line.me/ti/p/~{}", plain(account)),
            Way::Qq(number) => format!("mqqwpa://im/chat?chat_type=wpa&version=1&uin={}", plain(number)),
            // Each map is the one that knows the streets of those who read that script.
            Way::Map(address) if locale == Locale::ZhHans => {
                format!("https://uri.amap.com/search?keyword={}", plain(address))
            }
            Way::Map(address) => format!("https://www.google.com/maps/search/?api=1&query={}", plain(address)),
        }
    }

    fn icon(&self) -> Icon {
        match self {
            Way::Call(_) => Icon::Phone,
            Way::Mail(_) => Icon::Mail,
            Way::Map(_) => Icon::MapPin,
            Way::Wechat(_) | Way::Line(_) | Way::Qq(_) => Icon::MessageCircle,
        }
    }

    fn label(&self) -> Key {
        match self {
            Way::Call(_) => t::reach::call,
            Way::Mail(_) => t::reach::mail,
            Way::Map(_) => t::reach::map,
            Way::Wechat(_) => t::contacts::wechat,
            Way::Line(_) => t::contacts::line,
            Way::Qq(_) => t::contacts::qq,
        }
    }

    fn testid(&self) -> &'static str {
        match self {
            Way::Call(_) => "reach-call",
            Way::Mail(_) => "reach-mail",
            Way::Map(_) => "reach-map",
            Way::Wechat(_) => "reach-wechat",
            Way::Line(_) => "reach-line",
            Way::Qq(_) => "reach-qq",
        }
    }

    /// The way of a contact record; none for finding a place.
    fn channel(&self) -> Option<Channel> {
        match self {
            Way::Call(_) => Some(Channel::Phone),
            Way::Mail(_) => Some(Channel::Email),
            Way::Wechat(_) | Way::Line(_) | Way::Qq(_) => Some(Channel::Im),
            Way::Map(_) => None,
        }
    }

    /// What is copied, since not every messenger opens at the right person.
    fn account(&self) -> Option<&str> {
        match self {
            Way::Wechat(account) | Way::Line(account) | Way::Qq(account) => Some(account),
            Way::Call(_) | Way::Mail(_) | Way::Map(_) => None,
        }
    }

    /// Whether the address is a page: it opens beside, so that this one stays.
    fn is_page(&self) -> bool {
        matches!(self, Way::Map(_) | Way::Line(_))
    }
}

/// Whom a way leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    pub customer: CustomerId,
    pub contact: Option<ContactId>,
    pub name: String,
}

/// The ways to a person.
pub fn ways_to_contact(contact: &Contact) -> Vec<Way> {
    let phone = contact.phones.first().map(|phone| Way::Call(phone.digits()));
    let mail = contact.email.as_ref().map(|email| Way::Mail(email.to_string()));
    let chats = chats(&contact.wechat, &contact.line, &contact.qq);
    phone.into_iter().chain(mail).chain(chats).collect()
}

/// The ways to a company itself.
pub fn ways_to_customer(customer: &Customer) -> Vec<Way> {
    let phone = customer.phones.first().map(|phone| Way::Call(phone.digits()));
    let mail = customer.email.as_ref().map(|email| Way::Mail(email.to_string()));
    let chats = chats(&customer.wechat, &customer.line, &customer.qq);
    let address = customer.full_address();
    let map = (!address.is_empty()).then_some(Way::Map(address));
    phone.into_iter().chain(mail).chain(chats).chain(map).collect()
}

fn chats(wechat: &str, line: &str, qq: &str) -> Vec<Way> {
    let all = [Way::Wechat(wechat.to_owned()), Way::Line(line.to_owned()), Way::Qq(qq.to_owned())];
    all.into_iter().filter(|way| way.account().is_some_and(|account| !account.is_empty())).collect()
}

/// What a tap does beside opening its address.
fn use_reach() -> impl Fn(&Whom, &Way) + Copy + Send + Sync + 'static {
    let (reached, toasts, locale) = (use_reached(), use_toasts(), use_locale());
    move |whom: &Whom, way: &Way| {
        if let Some(channel) = way.channel() {
            reached.begin(whom.customer, whom.contact, &whom.name, channel);
        }
        if let Some(account) = way.account().map(str::to_owned) {
            let words = t::reach::copied(locale.get_untracked(), &account);
            spawn(async move {
                if download::copy(&account).await {
                    toasts.show(move || words.clone());
                }
            });
        }
    }
}

/// The ways side by side, each as large as a thumb; with words where `named`.
#[component]
pub fn Ways(whom: Whom, ways: Vec<Way>, #[prop(optional)] named: bool) -> impl IntoView {
    let (reach, locale) = (use_reach(), use_locale());
    let buttons = ways.into_iter().map(|way| {
        let (label, icon, testid, page) = (text(way.label()), way.icon(), way.testid(), way.is_page());
        let (href, said) = (way.clone(), whom.clone());
        let (pressed, pressed_whom) = (way, whom.clone());
        view! {
            <a
                class=if named { "reach" } else { "button only-icon" }
                href=move || href.href(locale.get())
                rel=if page { "external noreferrer" } else { "external" }
                target=page.then_some("_blank")
                data-testid=testid
                aria-label=move || t::reach::by(locale.get(), &said.name, label())
                title=label
                on:click=move |_| reach(&pressed_whom, &pressed)
            >
                <Picture icon/>
                {named.then(|| view! { <span>{label}</span> })}
            </a>
        }
    });
    view! { <div class=if named { "reach-bar" } else { "reach-icons" } data-testid="ways">{buttons.collect_view()}</div> }
}

/// One way as a text that can be tapped, such as a number in a list of facts.
#[component]
pub fn WayLink(whom: Whom, way: Way, shown: String, testid: &'static str) -> impl IntoView {
    let (reach, locale) = (use_reach(), use_locale());
    let (href, page) = (way.clone(), way.is_page());
    view! {
        <a
            class="figures"
            href=move || href.href(locale.get())
            rel=if page { "external noreferrer" } else { "external" }
            target=page.then_some("_blank")
            data-testid=testid
            on:click=move |_| reach(&whom, &way)
        >
            {shown}
        </a>
    }
}
