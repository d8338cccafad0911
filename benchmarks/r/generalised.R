# One of R's generalised mixed models, timed on a data set in memory: Rscript generalised.R DATA.csv TOOL RUNS SECONDS
# Writes lines of "name value" as peers.R does. The effect has no degrees of freedom: they are infinite.

arguments <- commandArgs(trailingOnly = TRUE)
tool <- arguments[2]
runs <- as.integer(arguments[3])
patience <- as.numeric(arguments[4])

packages <- c("glmer" = "lme4", "clmm" = "ordinal")[[tool]]
absent <- Filter(function(package) !requireNamespace(package, quietly = TRUE), packages)
if (length(absent)) {
  cat("absent", absent, "\n")
  quit()
}

# The rows (estimate, standard error) of the summary that a statistician reads, each at its default tolerances.
fits <- list(
  "glmer" = function(data) {
    fitted <- lme4::glmer(cbind(y, 10 - y) ~ arm * visit + (1 | id), data, family = binomial, nAGQ = 11)
    coef(summary(fitted))[, 1:2]
  },
  "clmm" = function(data) {
    data$y <- factor(data$y, ordered = TRUE)
    fitted <- ordinal::clmm(y ~ arm * visit + (1 | id), data = data, nAGQ = 10)
    coef(summary(fitted))[, 1:2]
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
  seconds <- system.time(estimates <- suppressWarnings(suppressMessages(fit(data))), gcFirst = TRUE)[["elapsed"]]
  cat("seconds", sprintf("%.6f", seconds), "\n")
  if (proc.time()[["elapsed"]] - began > patience) break
}
cat("effect", sprintf("%.10g", estimates["armactive:visit4", ]), "Inf\n")
