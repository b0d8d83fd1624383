//! A trading company in Taiwan.

use domain::access::Role;
use domain::organisation::Region;

use super::words::{Person, Place, Talk, Words};

pub(super) static WORDS: Words = Words {
    company: "鼎盛貿易股份有限公司",
    pool: "全公司公海",
    region: Some(Region::Tw),
    people: [
        Person { name: "王建宏", sign_in: "wang", roles: &[Role::Administrator, Role::Manager], department: 0 },
        Person { name: "林淑芬", sign_in: "lin", roles: &[Role::Finance], department: 2 },
        Person { name: "陳美玲", sign_in: "chen", roles: &[Role::Purchaser], department: 3 },
        Person { name: "張雅婷", sign_in: "chang", roles: &[Role::SalesAssistant], department: 1 },
        Person { name: "黃志明", sign_in: "huang", roles: &[Role::Manager], department: 4 },
        Person { name: "吳宗翰", sign_in: "wu", roles: &[Role::Manager], department: 5 },
        Person { name: "劉怡君", sign_in: "liu", roles: &[Role::Manager], department: 6 },
        Person { name: "李佳蓉", sign_in: "li", roles: &[Role::SalesRep], department: 4 },
        Person { name: "陳文傑", sign_in: "wenjie", roles: &[Role::SalesRep], department: 4 },
        Person { name: "蔡承恩", sign_in: "tsai", roles: &[Role::SalesRep], department: 5 },
        Person { name: "鄭雅文", sign_in: "cheng", roles: &[Role::SalesRep], department: 5 },
        Person { name: "許家豪", sign_in: "hsu", roles: &[Role::SalesRep], department: 6 },
    ],
    departments: [
        Place { name: "總公司", branch: false, head: Some(0) },
        Place { name: "業務支援部", branch: false, head: Some(3) },
        Place { name: "財務部", branch: false, head: Some(1) },
        Place { name: "採購部", branch: false, head: Some(2) },
        Place { name: "台北分店", branch: true, head: Some(4) },
        Place { name: "台中分店", branch: true, head: Some(5) },
        Place { name: "高雄分店", branch: true, head: Some(6) },
    ],
    cities: [&["台北", "新北", "桃園", "基隆"], &["台中", "彰化", "新竹", "苗栗"], &["高雄", "台南", "嘉義", "屏東"]],
    first: &[
        "長", "永", "遠", "宏", "華", "鼎", "信", "聯", "金", "大", "順", "興", "益", "德", "瑞", "嘉", "和", "泰",
        "正", "新",
    ],
    second: &[
        "興", "昌", "東", "遠", "盛", "發", "達", "隆", "豐", "成", "安", "利", "源", "通", "展", "茂", "祥", "力",
        "邦", "美",
    ],
    trades: &[
        "精密",
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
        "自動化",
        "儀器",
        "家具",
        "建材",
    ],
    forms: &["股份有限公司", "有限公司", "企業社", "工業有限公司"],
    roads: &["中山路", "民生路", "工業二路", "建國南路一段", "和平西路", "中正路", "南京東路四段", "環中路三段"],
    surnames: &["陳", "林", "黃", "張", "李", "王", "吳", "劉", "蔡", "楊", "許", "鄭", "謝", "郭", "洪", "曾"],
    given: &[
        "志豪", "淑惠", "俊傑", "雅雯", "建良", "美惠", "宗憲", "怡如", "家銘", "佩珊", "文雄", "秀琴", "明德", "欣怡",
        "國華", "惠君",
    ],
    titles: &["採購經理", "總經理", "廠長", "採購專員", "會計", "業務經理", "研發主任", "倉管"],
    sources: &["展覽", "同業介紹", "網站", "陌生開發", "老客戶"],
    tags: &["外銷", "樣品", "月結", "重點", "急單", "OEM", "量大", "新客戶"],
    remarks: &[
        "採購由主管親自負責，月底以前下單，付款條件是月結三十天。",
        "倉庫在後門，送貨請走側巷，下午五點以後不收貨。",
        "做外銷為主，品質要求高，每批都要附檢驗報告。",
        "二代接班，想換新機器，預算明年第二季核准。",
        "價格敏感，習慣比三家；交期準就會回頭。",
        "",
    ],
    day_remark: "下午下雨，少跑一家，明天補上。",
    day_comment: "辛苦了，A 級客戶先排。",
    centres: [(25.0478, 121.5170), (24.1369, 120.6869), (22.6394, 120.3025)],
    talks: &[
        Talk {
            result: "有意願", text: "問了下一季的數量，大約比去年多兩成，要我們先報價。", next: "寄報價單"
        },
        Talk {
            result: "已報價", text: "報價收到了，單價可以，希望交期縮短到三週。", next: "確認交期後回覆"
        },
        Talk {
            result: "要樣品", text: "想先看樣品，指定表面電鍍處理，寄到工廠給廠長。", next: "寄樣品並追蹤"
        },
        Talk {
            result: "成交", text: "確認訂單，照上次的規格，分兩批交貨。", next: "安排第一批出貨"
        },
        Talk { result: "考慮中", text: "主管還在比價，下週開會決定。", next: "會後再打電話" },
        Talk { result: "沒空", text: "負責人出差，留言請他回電。", next: "再打一次電話" },
        Talk {
            result: "客訴", text: "上一批有三箱外箱破損，已拍照，請倉庫補寄。", next: "回報補寄進度"
        },
        Talk {
            result: "例行拜訪", text: "看了新廠房，產線增加到四條，年底前會再擴充。", next: "帶新型錄去拜訪"
        },
        Talk {
            result: "收款", text: "提醒上個月的貨款，會計說這週五匯款。", next: "確認貨款入帳"
        },
        Talk {
            result: "續約", text: "年度合約到期，希望維持原價，付款條件不變。", next: "送合約給對方用印"
        },
        Talk { result: "", text: "聊到同業最近缺料，問我們有沒有現貨。", next: "查庫存後回覆" },
        Talk {
            result: "", text: "在展覽上遇到，交換名片，對不銹鋼零件有興趣。", next: "寄公司簡介"
        },
    ],
    deals: &[
        ("年度備品合約", "備品全年供應，每月出貨"),
        ("二廠設備汰換", "沖床 3 台，含安裝"),
        ("不鏽鋼螺絲年度訂單", "SUS304 M4–M8，每季 20 萬顆"),
        ("新品打樣", "樣品 5 款，表面電鍍"),
        ("外銷包材", "彩盒與外箱，首批 8,000 套"),
        ("產線自動化", "輸送帶與感測器兩條線"),
        ("展示間家具", "展示架 40 組"),
        ("電子零件補貨", "連接器與線材，三個月用量"),
    ],
    between: "",
    house: "號",
    lines: ["+886 2 0255 0", "+886 4 0255 0", "+886 7 025 0"],
};
