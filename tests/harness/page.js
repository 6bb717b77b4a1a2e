// Run inside the app's page: finds what a screen reader would announce, by role and name.
// Called with [what, role, name]; answers an element, a list of names, or a text.
const [what, role, name] = arguments;

const IMPLICIT = {
  A: (e) => (e.hasAttribute("href") ? "link" : ""), BUTTON: () => "button", NAV: () => "navigation",
  MAIN: () => "main", ASIDE: () => "complementary", DIALOG: () => "dialog", UL: () => "list",
  OL: () => "list", LI: () => "listitem", TEXTAREA: () => "textbox", SELECT: () => "combobox",
  OPTION: () => "option", H1: () => "heading", H2: () => "heading", H3: () => "heading",
  OUTPUT: () => "status", IMG: () => "img", FORM: () => "form",
  INPUT: (e) => ({ checkbox: "checkbox", radio: "radio", button: "button", submit: "button",
    search: "searchbox" })[e.type] ?? "textbox",
};
const ITEMS = ["option", "treeitem", "listitem", "radio", "row", "tab", "menuitem", "menuitemradio"];

const squeeze = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const roleOf = (e) => e.getAttribute("role") || (IMPLICIT[e.tagName]?.(e) ?? "");
function nameOf(e) {
  const by = e.getAttribute("aria-labelledby");
  if (by) {
    const text = by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    if (squeeze(text)) return squeeze(text);
  }
  if (squeeze(e.getAttribute("aria-label"))) return squeeze(e.getAttribute("aria-label"));
  if (e.labels?.length) return squeeze([...e.labels].map((l) => l.textContent).join(" "));
  if (e.alt) return squeeze(e.alt);
  const typed = e.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(e.tagName);
  if (!typed && squeeze(e.textContent)) return squeeze(e.textContent);
  return squeeze(e.getAttribute("title") || e.getAttribute("placeholder"));
}
function shown(e) {
  if (e.closest("[inert],[aria-hidden=true]")) return false;
  return e.checkVisibility ? e.checkVisibility({ checkVisibilityCSS: true }) : e.offsetParent !== null;
}
const everything = () => [...document.querySelectorAll("*")].filter((e) => roleOf(e) && shown(e));
// An exact name wins over one that merely holds the words.
function pick(list, wanted) {
  const low = wanted.toLowerCase();
  return list.find((e) => nameOf(e) === wanted)
    ?? list.find((e) => nameOf(e).toLowerCase().startsWith(low))
    ?? list.find((e) => nameOf(e).toLowerCase().includes(low)) ?? null;
}
function itemsOf(container) {
  const home = everything().find((e) => nameOf(e) === container
    && ["listbox", "tree", "list", "radiogroup", "grid", "tablist", "navigation", "group", "toolbar", "menu"].includes(roleOf(e)));
  if (!home) return null;
  const inside = [...home.querySelectorAll("*")].filter(shown);
  const items = inside.filter((e) => ITEMS.includes(roleOf(e)));
  return items.length ? items : inside.filter((e) => roleOf(e) === "button");
}
switch (what) {
  case "find":
    return pick(everything().filter((e) => role.split("|").includes(roleOf(e))), name);
  case "named":
    return everything().filter((e) => role.split("|").includes(roleOf(e))).map(nameOf);
  case "outline":
    return everything().map((e) => `${roleOf(e)} "${nameOf(e).slice(0, 60)}"`).slice(0, 120).join("\n");
  case "item": {
    const items = itemsOf(role);
    const item = items && pick(items, name);
    if (!item) return null;
    // What a person clicks in a list item is the control inside it.
    return roleOf(item) === "listitem" ? (item.querySelector("button,a,[role=option]") ?? item) : item;
  }
  case "items":
    return (itemsOf(role) ?? []).map(nameOf);
  case "texts":
    return everything().filter((e) => roleOf(e) === role).map((e) => squeeze(e.textContent)).filter(Boolean);
  case "text":
    return document.body?.innerText ?? "";
}
