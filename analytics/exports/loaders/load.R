# Loads this export into R; needs no packages.
#
#   source("load.R")
#   data <- load_export(".")     # the folder into which the zip was unpacked
#   data$pain                    # a data frame for each file
#
# Numbers are numeric, dates are Date, moments are POSIXct in UTC, times are minutes since midnight (difftime),
# codes are factors that show their labels, several codes are lists of codes. Partial dates and texts are
# character. Nothing is altered, trimmed or guessed; an empty cell is NA.
#
# Attributes of a column: "label"; "unit"; "codes", the codes named by their labels; "missing", the name of the
# column that says why there is no value, where there is one.

separator <- ","
decimal <- "."

load_export <- function(folder = ".") {
  book <- read_table_of_text(file.path(folder, "codebook.csv"), ",")
  tables <- unique(book$table)
  loaded <- lapply(tables, function(table) load_table(folder, book[book$table == table, ]))
  names(loaded) <- tables
  loaded
}

load_table <- function(folder, book) {
  table <- read_table_of_text(file.path(folder, book$file[1]), separator)
  if (!identical(names(table), book$column)) {
    stop(book$file[1], " has other columns than the codebook says.")
  }
  for (place in seq_along(table)) {
    table[[place]] <- described(typed(table[[place]], book[place, ]), book[place, ])
  }
  for (place in which(!is.na(book$missing_of))) {
    of <- match(book$missing_of[place], book$column)
    if (!is.na(of)) attr(table[[of]], "missing") <- book$column[place]
  }
  table
}

# All cells as text, NA where there is nothing. R would turn a carriage return inside a text into a line feed,
# so it is read as a character that no text holds; outside quotation marks it is part of a line end.
read_table_of_text <- function(path, separator) {
  bytes <- readBin(path, "raw", file.size(path))
  if (identical(bytes[1:3], as.raw(c(0xef, 0xbb, 0xbf)))) bytes <- bytes[-(1:3)]
  outside <- cumsum(bytes == as.raw(0x22)) %% 2L == 0L
  bytes <- bytes[!(bytes == as.raw(0x0d) & outside)]
  bytes[bytes == as.raw(0x0d)] <- as.raw(0x01)
  copy <- tempfile(fileext = ".csv")
  on.exit(unlink(copy))
  writeBin(bytes, copy)
  table <- read.csv(
    copy, sep = separator, colClasses = "character", na.strings = "", check.names = FALSE,
    encoding = "UTF-8", blank.lines.skip = FALSE
  )
  for (place in seq_along(table)) table[[place]] <- as_written(table[[place]])
  names(table) <- as_written(names(table))
  table
}

as_written <- function(text) {
  text <- gsub("\001", "\r", text, fixed = TRUE, useBytes = TRUE)
  Encoding(text) <- "UTF-8"
  text
}

typed <- function(text, column) {
  codes <- codes_of(column)
  switch(column$type,
    "whole number" = whole(text),
    "decimal number" = as.numeric(sub(decimal, ".", text, fixed = TRUE)),
    "date" = as.Date(text, format = "%Y-%m-%d"),
    "time" = minutes(text),
    "moment" = as.POSIXct(text, format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC"),
    "code" = if (length(codes)) coded(text, codes) else text,
    "codes" = I(lapply(text, function(cell) if (is.na(cell)) NA_character_ else strsplit(cell, ";", fixed = TRUE)[[1]])),
    text
  )
}

whole <- function(text) {
  number <- as.numeric(text)
  if (all(abs(number) <= .Machine$integer.max, na.rm = TRUE)) as.integer(number) else number
}

minutes <- function(text) {
  as.difftime(as.numeric(substr(text, 1, 2)) * 60 + as.numeric(substr(text, 4, 5)), units = "mins")
}

# A code that is not in the list is a level of its own; of two codes with one label, each says its code.
coded <- function(text, codes) {
  known <- c(codes, setdiff(unique(text[!is.na(text)]), codes))
  labels <- c(names(codes), known[-seq_along(codes)])
  twice <- labels %in% labels[duplicated(labels)]
  labels[twice] <- paste0(labels[twice], " (", known[twice], ")")
  factor(text, levels = known, labels = labels)
}

codes_of <- function(column) {
  if (is.na(column$codes)) return(character())
  lines <- strsplit(column$codes, "\n", fixed = TRUE)[[1]]
  code <- sub("=.*", "", lines)
  names(code) <- substring(lines, nchar(code) + 2)
  code
}

described <- function(value, column) {
  attr(value, "label") <- column$label
  if (!is.na(column$unit)) attr(value, "unit") <- column$unit
  if (!is.na(column$codes)) attr(value, "codes") <- codes_of(column)
  value
}
