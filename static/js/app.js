// The scripts of every page, in their order; each does nothing where its elements are absent. collectstatic makes one file of them.
import "../django_htmx/htmx-2.min.js";
import "./menu.js";
import "./polling.js";
import "./focus.js";
import "./trouble.js";
import "./copy.js";
import "./provider.js";
import "./secret.js";
import "./tags.js";
import "./strip.js";
import "./list.js";
import "./filters.js";
import "./find.js";
import "./zone.js";
import "./dates.js";
import "./passkey.js";
