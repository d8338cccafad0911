# One of R's mixed models, timed on a data set in memory: Rscript peers.R DATA.csv TOOL RUNS SECONDS
# Writes lines of "name value": the versions, the effect that the tools are compared by, the seconds of each run.
# Stops after RUNS runs, or after the first that ends later than SECONDS.

arguments <- commandArgs(trailingOnly = TRUE)
tool <- arguments[2]
runs <- as.integer(arguments[3])
patience <- as.numeric(arguments[4])

packages <- list(
  "lmer-kenward-roger" = c("lme4", "lmerTest", "pbkrtest"),
  "lmer-satterthwaite" = c("lme4", "lmerTest"),
  "gls" = "nlme",
  "mmrm" = "mmrm"
)[[tool]]
absent <- Filter(function(package) !requireNamespace(package, quietly = TRUE), packages)
if (length(absent)) {
  cat("absent", absent, "\n")
  quit()
}

# The rows (estimate, standard error, degrees of freedom) of the summary that a statistician reads.
fits <- list(
  "lmer-kenward-roger" = function(data) {
    fitted <- lmerTest::lmer(y ~ arm * visit + baseline + (1 | id), data)
    coef(summary(fitted, ddf = "Kenward-Roger"))[, 1:3]
  },
  "lmer-satterthwaite" = function(data) {
    fitted <- lmerTest::lmer(y ~ arm * visit + baseline + (1 | id), data)
    coef(summary(fitted))[, 1:3]
  },
  "gls" = function(data) {
    fitted <- nlme::gls(
      y ~ arm * visit + baseline, data,
      correlation = nlme::corSymm(form = ~ as.integer(visit) | id),
      weights = nlme::varIdent(form = ~ 1 | visit)
    )
    cbind(summary(fitted)$tTable[, 1:2], fitted$dims$N - fitted$dims$p)
  },
  "mmrm" = function(data) {
    fitted <- mmrm::mmrm(y ~ arm * visit + baseline + us(visit | id), data, method = "Kenward-Roger")
    coef(summary(fitted))[, 1:3]
  }
)
fit <- fits[[tool]]

data <- read.csv(arguments[1], colClasses = c(id = "factor", arm = "character", visit = "factor"))
data$arm <- factor(data$arm, levels = c("control", "active"))

# Compiles the code and loads the packages, as the first fit of a session does.
few <- droplevels(data[data$id %in% head(levels(data$id), 40), ])
invisible(suppressWarnings(suppressMessages(try(fit(few), silent = TRUE))))

versions <- vapply(packages, function(package) paste(package, packageVersion(package)), "")
cat("versions", paste(c(paste0("R ", getRversion()), versions), collapse = ", "), "\n")
began <- proc.time()[["elapsed"]]
for (run in seq_len(runs)) {
  seconds <- system.time(estimates <- suppressMessages(fit(data)), gcFirst = TRUE)[["elapsed"]]
  cat("seconds", sprintf("%.6f", seconds), "\n")
  if (proc.time()[["elapsed"]] - began > patience) break
}
cat("effect", sprintf("%.10g", estimates["armactive:visit4", ]), "\n")
