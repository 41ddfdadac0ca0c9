// Where this diary is kept: in this browser, or in the file of the server at home. Both speak the same few verbs.
import { BrowserKeeping } from "./diary_browser.js";
import { HomeKeeping } from "./diary_home.js";
import { data } from "./diary_making.js";

export const keeping = data.home ? new HomeKeeping() : new BrowserKeeping();
