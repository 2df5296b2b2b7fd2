// Numbers, dates and times of the Library in words.
"use strict";
(() => {
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  const number = (value) => value.toLocaleString("en");
  const count = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

  // 2024-11-22 as 22 Nov 2024, 2024-11 as Nov 2024; anything else as it is.
  const date = (published) => {
    const found = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(published || "");
    const month = found && MONTHS[Number(found[2]) - 1];
    if (!month) return published || "";
    return [found[3] && Number(found[3]), month, found[1]].filter(Boolean).join(" ");
  };

  // A moment as its day on this machine's calendar, and today's as the time.
  const clock = (moment) => `${moment.getHours()}:${String(moment.getMinutes()).padStart(2, "0")}`;
  const fullDay = (moment) => `${moment.getDate()} ${MONTHS[moment.getMonth()]} ${moment.getFullYear()}`;
  const day = (iso) => {
    const moment = new Date(iso || NaN);
    if (Number.isNaN(moment.getTime())) return "";
    return fullDay(moment) === fullDay(new Date()) ? `Today, ${clock(moment)}` : fullDay(moment);
  };
  const moment = (iso) => {
    const at = new Date(iso || NaN);
    return Number.isNaN(at.getTime()) ? "" : `${fullDay(at)}, ${clock(at)}`;
  };

  // In the server's units, and never less than it is: what is over a limit does not read as if it were not.
  const size = (bytes) => `${number(Math.ceil(bytes / 104857.6) / 10)} MB`;

  // Coarse, because it is an estimate, and so that the words do not change all the time.
  const left = (seconds) => {
    if (seconds === null || seconds === undefined) return "";
    if (seconds < 8) return "a few seconds left";
    if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} s left`;
    const minutes = Math.max(1, Math.round(seconds / 60));
    if (minutes < 60) return `about ${minutes} min left`;
    const rest = minutes % 60;
    return `about ${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ""} left`;
  };

  const lasted = (seconds) => (seconds < 60 ? `${seconds.toFixed(1)} s` : left(seconds).replace(/^about | left$/g, ""));

  // The first few, and how many more there are.
  const some = (items, most) => ({ shown: items.slice(0, most), rest: Math.max(0, items.length - most) });

  Object.assign(window.citewellLibrary, { number, count, date, day, moment, size, left, lasted, some });
})();
