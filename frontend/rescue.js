// The plain page for when the application cannot run. It needs no WebAssembly: what is not sent can leave the
// device as a file in any case.
(() => {
  "use strict";

  const LANGUAGES = { "zh-Hant": "繁體中文", "zh-Hans": "简体中文", en: "English" };

  const TEXTS = {
    "zh-Hant": {
      failed: ["常客發生問題，已停止執行", "您輸入的資料還在這台裝置上。請先重新開啟；如果還是不行，可以檢查更新，或把尚未送出的資料匯出成檔案，交給管理員。"],
      insecure: ["這個網址不是安全連線", "瀏覽器只在安全連線（https）下允許離線使用，所以常客無法在這裡執行。請向管理員索取 https:// 開頭的網址；管理員可以在伺服器上開啟 TLS。"],
      inapp: ["請用系統瀏覽器開啟", "微信、QQ、LINE 內建的瀏覽器無法離線保存資料。請點右上角的選單，選「用瀏覽器開啟」，或複製網址到 Chrome 或 Safari。"],
      outdated: ["這個瀏覽器無法離線使用常客", "請更新瀏覽器，或改用新版的 Chrome、Edge、Safari 或 Firefox。如果開的是無痕視窗，請改用一般視窗。"],
      export: ["匯出尚未送出的資料", "檔案裡是這台裝置上還沒送到伺服器的內容，交給管理員就能補回。匯出後，裝置上的資料不會刪除。"],
      again: "重新開啟",
      save: "匯出未送出的資料",
      update: "檢查更新",
      detail: "技術資訊",
      saved: (count) => `已匯出 ${count} 筆。`,
      nothing: "這台裝置上沒有未送出的資料。",
      checking: "正在檢查…",
      current: "沒有更新的版本。",
      unreadable: "無法讀取這台裝置上的資料：",
    },
    "zh-Hans": {
      failed: ["常客出现问题，已停止运行", "您录入的数据还在这台设备上。请先重新打开；如果还是不行，可以检查更新，或者把尚未发送的数据导出成文件，交给管理员。"],
      insecure: ["这个网址不是安全连接", "浏览器只在安全连接（https）下允许离线使用，所以常客无法在这里运行。请向管理员索取以 https:// 开头的网址；管理员可以在服务器上启用 TLS。"],
      inapp: ["请用系统浏览器打开", "微信、QQ、LINE 内置的浏览器无法离线保存数据。请点右上角的菜单，选择“在浏览器打开”，或者把网址复制到 Chrome 或 Safari。"],
      outdated: ["这个浏览器无法离线使用常客", "请更新浏览器，或者改用新版的 Chrome、Edge、Safari 或 Firefox。如果用的是无痕窗口，请改用普通窗口。"],
      export: ["导出尚未发送的数据", "文件里是这台设备上还没有发送到服务器的内容，交给管理员就能补回。导出后，设备上的数据不会删除。"],
      again: "重新打开",
      save: "导出未发送的数据",
      update: "检查更新",
      detail: "技术信息",
      saved: (count) => `已导出 ${count} 条。`,
      nothing: "这台设备上没有未发送的数据。",
      checking: "正在检查…",
      current: "没有更新的版本。",
      unreadable: "无法读取这台设备上的数据：",
    },
    en: {
      failed: ["Changke ran into a problem and stopped", "What you entered is still on this device. Try opening Changke again first. If that does not help, check for an update, or export what has not been sent and give the file to your administrator."],
      insecure: ["This address is not secure", "Browsers allow work without a network only over a secure connection (https), so Changke cannot run here. Ask your administrator for the address that begins with https://. Administrators can switch on TLS on the server."],
      inapp: ["Please open this page in your browser", "The browsers inside WeChat, QQ and LINE cannot keep data on the device. Open the menu at the top right and choose “Open in browser”, or copy the address to Chrome or Safari."],
      outdated: ["Changke cannot work offline in this browser", "Please update the browser, or use a recent Chrome, Edge, Safari or Firefox. If this is a private window, use a normal one."],
      export: ["Export what has not been sent", "The file holds what this device has not yet delivered to the server; your administrator can enter it from there. Nothing is deleted from the device."],
      again: "Open again",
      save: "Export unsent data",
      update: "Check for an update",
      detail: "Technical details",
      saved: (count) => (count === 1 ? "1 entry exported." : `${count} entries exported.`),
      nothing: "Nothing on this device is waiting to be sent.",
      checking: "Checking…",
      current: "There is no newer version.",
      unreadable: "The data on this device cannot be read: ",
    },
  };

  const finished = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  // Reads one person's outbox; a database that never had one has nothing to send.
  const entriesOf = async (name) => {
    const database = await finished(indexedDB.open(name));
    try {
      if (!database.objectStoreNames.contains("outbox")) return [];
      const store = database.transaction("outbox").objectStore("outbox");
      const [keys, values] = await Promise.all([finished(store.getAllKeys()), finished(store.getAll())]);
      return keys.map((key, index) => ({ key, entry: decoded(values[index]) }));
    } finally {
      database.close();
    }
  };

  // An entry that is not JSON leaves as the text that it is: a damaged one is worth more than none.
  const decoded = (bytes) => {
    const text = new TextDecoder().decode(bytes);
    try {
      return JSON.parse(text);
    } catch (error) {
      return text;
    }
  };

  const outbox = async () => {
    const names = (await indexedDB.databases()).map((database) => database.name);
    const databases = [];
    for (const name of names.filter((name) => name.startsWith("changke/"))) {
      databases.push({ name, entries: await entriesOf(name) });
    }
    return databases.filter((database) => database.entries.length > 0);
  };

  const exportOutbox = async () => {
    const databases = await outbox();
    const count = databases.reduce((sum, database) => sum + database.entries.length, 0);
    if (count === 0) return 0;
    const exported_at = new Date().toISOString();
    const content = { format: "changke-outbox-1", exported_at, build: document.documentElement.dataset.build, databases };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
    link.download = `changke-unsent-${exported_at.slice(0, 19).replace(/:/g, "")}.json`;
    link.click();
    // Freed later: some browsers read the file only after the click has returned.
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    return count;
  };

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const draw = (kind, detail, language) => {
    const text = TEXTS[language];
    const [title, explanation] = text[kind];
    const status = element("p", { role: "status" });
    const button = (label, testid, action) => {
      const made = element("button", { type: "button", onclick: action }, label);
      made.dataset.testid = testid;
      return made;
    };
    const save = button(text.save, "rescue-export", async () => {
      try {
        const count = await exportOutbox();
        status.textContent = count > 0 ? text.saved(count) : text.nothing;
      } catch (error) {
        status.textContent = text.unreadable + error.message;
      }
    });
    const again = button(text.again, "rescue-again", () => window.changke.tryAgain());
    const update = button(text.update, "rescue-update", async () => {
      status.textContent = text.checking;
      if (!(await window.changke.checkForUpdate())) return void (status.textContent = text.current);
      localStorage.removeItem("changke.panic");
      window.changke.applyUpdate();
    });
    const actions = { failed: [again, save, update], export: [save] }[kind] || [];
    const languages = Object.entries(LANGUAGES).map(([tag, name]) => {
      const made = element("button", { type: "button", lang: tag, onclick: () => draw(kind, detail, tag) }, name);
      made.setAttribute("aria-pressed", String(tag === language));
      return made;
    });
    const seal = element("span", { className: "shell-seal" }, "常客");
    seal.setAttribute("aria-hidden", "true");
    const main = element("main", { className: "shell-page", lang: language }, seal, element("h1", {}, title), element("p", {}, explanation));
    if (actions.length > 0) main.append(element("div", { className: "shell-actions" }, ...actions), status);
    if (kind === "inapp" || kind === "insecure") main.append(element("p", {}, location.href));
    if (detail) main.append(element("details", {}, element("summary", {}, text.detail), element("pre", {}, detail)));
    main.append(element("div", { className: "shell-languages" }, ...languages));
    document.documentElement.lang = language;
    document.title = title;
    document.body.replaceChildren(main);
  };

  const show = (kind, detail) => {
    const language = document.documentElement.lang;
    const run = () => draw(kind, detail, LANGUAGES[language] ? language : "en");
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
    else run();
  };

  window.changkeRescue = { show };
})();
