// Before the page is drawn: what the script will fold away must not flash up.
document.documentElement.classList.add("js");
