// The time zone of the browser: sent with a new account, and offered to people in UTC. Without this times are in UTC.
"use strict";

const zoneHere = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

if (zoneHere && !/^(UTC|GMT|Etc\/.*)$/.test(zoneHere)) {
  for (const field of document.querySelectorAll("[data-browser-zone]")) field.value = zoneHere;
  for (const name of document.querySelectorAll("[data-zone-name]")) name.textContent = zoneHere.replaceAll("_", " ");
  for (const words of document.querySelectorAll("#zone_offer, [data-zone-note]")) words.hidden = false;
}
