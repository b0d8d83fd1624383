//! Customers that look like those of a trading company, the same for the same seed.

use anyhow::{Result, anyhow};
use domain::{
    customer::Customer,
    id::Id,
    user::User,
    value::{Email, Phone},
};

use super::world::Random;

const PLACES: [&str; 16] = [
    "臺北", "新竹", "臺中", "彰化", "臺南", "高雄", "深圳", "東莞", "廈門", "寧波", "蘇州", "上海", "香港", "廣州",
    "佛山", "溫州",
];
const FIRST: [&str; 20] = [
    "長", "永", "遠", "宏", "華", "鼎", "信", "聯", "金", "大", "順", "興", "益", "德", "瑞", "嘉", "和", "泰", "正",
    "新",
];
const SECOND: [&str; 20] = [
    "興", "昌", "東", "遠", "盛", "發", "達", "隆", "豐", "成", "安", "利", "源", "通", "展", "茂", "祥", "力", "邦",
    "美",
];
const TRADES: [&str; 16] = [
    "精密工業",
    "電子",
    "機電",
    "塑膠",
    "五金",
    "紡織",
    "化工",
    "貿易",
    "食品",
    "光學",
    "包裝",
    "模具",
    "國際",
    "自動化",
    "儀器",
    "家具",
];
const FORMS: [&str; 3] = ["股份有限公司", "有限公司", "企業社"];

const ENGLISH_FIRST: [&str; 16] = [
    "Pacific",
    "Golden",
    "Northern",
    "Harbour",
    "Summit",
    "Atlas",
    "Evergreen",
    "Silver",
    "Crown",
    "Delta",
    "Orient",
    "Union",
    "Sterling",
    "Pioneer",
    "Meridian",
    "Falcon",
];
const ENGLISH_TRADES: [&str; 12] = [
    "Trading",
    "Precision",
    "Electronics",
    "Plastics",
    "Hardware",
    "Textiles",
    "Optics",
    "Packaging",
    "Machinery",
    "Chemicals",
    "Instruments",
    "Furniture",
];
const ENGLISH_FORMS: [&str; 4] = ["Co., Ltd.", "Inc.", "GmbH", "Ltd."];

const ROADS: [&str; 8] =
    ["南京東路四段", "中山北路", "工業二路", "民生路", "建國南路一段", "科技大道", "解放路", "和平西路"];
const REMARKS: [&str; 6] = [
    "去年秋天的展覽上認識，對不銹鋼零件有興趣，要求先寄樣品。",
    "採購由陳小姐負責，月底以前下單，付款條件是月結三十天。",
    "倉庫在後門，送貨請走側巷，司機下午五點以後不收貨。",
    "二代接班，想把舊機器換新，預算明年第二季才會核准。",
    "Asks for prices in USD, CIF Hamburg; every offer goes to Ms. Keller first.",
    "同業介紹，主要做外銷，品質要求高，每批都要附檢驗報告。",
];
const SOURCES: [&str; 5] = ["展覽", "同業介紹", "網站", "陌生開發", "老客戶"];
const TAGS: [&str; 8] = ["展覽", "零件", "外銷", "樣品", "月結", "重點", "電鍍", "OEM"];

/// The least bytes of a remark, so that a whole customer is about 600 bytes of JSON.
const REMARK_BYTES: usize = 215;

/// Makes the customer at a place in the row of all.
pub(crate) fn customer(random: &mut Random, at: usize, now: i64, owner: Id<User>) -> Result<Customer> {
    let id = Id::new(random.id(now));
    let english = random.below(10) < 3;
    let (name, short_name) = if english { english_name(random) } else { chinese_name(random) };
    let mut customer = Customer { owner: Some(owner), short_name, ..Customer::named(id, &name) };
    let phone = format!("+886 2 27{:02} {:04}", at / 10_000 % 100, at % 10_000);
    customer.phones.push(Phone::parse(&phone).map_err(|problem| anyhow!("{phone}: {problem:?}"))?);
    let email = format!("sales{at}@example.com");
    customer.email = Some(Email::parse(&email).map_err(|problem| anyhow!("{email}: {problem:?}"))?);
    let (place, road) = (pick(random, &PLACES), pick(random, &ROADS));
    customer.address = format!("{place}市{road}{}號{}樓", 1 + random.below(400), 1 + random.below(20));
    customer.level = pick(random, &["A", "B", "C"]).to_owned();
    customer.source = pick(random, &SOURCES).to_owned();
    customer.tags = [pick(random, &TAGS), pick(random, &TAGS)].map(str::to_owned).into();
    while customer.remark.len() < REMARK_BYTES {
        customer.remark += pick(random, &REMARKS);
    }
    Ok(customer)
}

fn chinese_name(random: &mut Random) -> (String, String) {
    let short = format!("{}{}{}", pick(random, &FIRST), pick(random, &SECOND), pick(random, &TRADES));
    (format!("{}{short}{}", pick(random, &PLACES), pick(random, &FORMS)), short)
}

fn english_name(random: &mut Random) -> (String, String) {
    let short = format!("{} {}", pick(random, &ENGLISH_FIRST), pick(random, &ENGLISH_TRADES));
    (format!("{short} {} {}", 1 + random.below(999), pick(random, &ENGLISH_FORMS)), short)
}

fn pick<'a>(random: &mut Random, from: &[&'a str]) -> &'a str {
    from.get(random.below(from.len())).copied().unwrap_or_default()
}
