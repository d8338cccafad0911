# What lme4 with lmerTest and pbkrtest, and nlme's gls, make of one data set.
# Rscript fit.R DATA.csv OUT.json. Exit code 3, naming them, when packages are missing.
arguments <- commandArgs(trailingOnly = TRUE)
needed <- c("lme4", "lmerTest", "pbkrtest", "nlme", "jsonlite")
missing <- needed[!vapply(needed, requireNamespace, logical(1), quietly = TRUE)]
if (length(missing)) {
  cat(missing, sep = ", ")
  quit(status = 3)
}
suppressPackageStartupMessages({
  library(lmerTest)
  library(nlme)
})

data <- read.csv(arguments[1])
data <- data[!is.na(data$pain), ]
data$id <- factor(data$id)
data$visit <- factor(data$visit)
data$place <- as.integer(data$visit)

named <- function(values, names) as.list(setNames(as.numeric(values), names))

rows <- function(table) {
  columns <- c(estimate = "Estimate", se = "Std. Error", df = "df", t = "t value", p = "Pr(>|t|)")
  lapply(setNames(rownames(table), rownames(table)), function(row) named(table[row, columns], names(columns)))
}

f_test <- function(model, term, ddf) {
  named(anova(model, type = 3, ddf = ddf)[term, c("F value", "DenDF", "Pr(>F)")], c("f", "df", "p"))
}

mixed <- function(formula, term, reml) {
  control <- lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14, xtol_rel = 0, ftol_rel = 0, maxeval = 1e5))
  model <- lmer(formula, data, REML = reml, control = control)
  found <- list(
    loglik = as.numeric(logLik(model)),
    parameters = as.data.frame(VarCorr(model), order = "lower.tri")$vcov,
    satterthwaite = rows(coef(summary(model, ddf = "Satterthwaite")))
  )
  if (reml) {
    found$kenward_roger <- rows(coef(summary(model, ddf = "Kenward-Roger")))
    found$satterthwaite_f <- f_test(model, term, "Satterthwaite")
    found$kenward_roger_f <- f_test(model, term, "Kenward-Roger")
  }
  found
}

marginal <- function(correlation, weights) {
  control <- glsControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-12, msTol = 1e-12, opt = "nlminb")
  tryCatch({
    model <- gls(pain ~ age + arm * visit, data, correlation = correlation, weights = weights, control = control)
    complete <- names(which(table(data$id) == nlevels(data$visit)))[1]
    list(
      loglik = as.numeric(logLik(model)),
      estimate = named(coef(model), names(coef(model))),
      se = named(sqrt(diag(vcov(model))), names(coef(model))),
      sigma = unclass(getVarCov(model, individual = complete))
    )
  }, error = function(failure) list(error = conditionMessage(failure)))
}

own <- varIdent(form = ~ 1 | visit)
found <- list(
  versions = lapply(setNames(needed, needed), function(name) as.character(packageVersion(name))),
  ri = mixed(pain ~ age + arm * visit + (1 | id), "arm:visit", TRUE),
  ri_ml = mixed(pain ~ age + arm * visit + (1 | id), "arm:visit", FALSE),
  ris = mixed(pain ~ age + arm * week + (week | id), "arm:week", TRUE),
  un = marginal(corSymm(form = ~ place | id), own),
  cs = marginal(corCompSymm(form = ~ place | id), NULL),
  csh = marginal(corCompSymm(form = ~ place | id), own),
  ar1 = marginal(corAR1(form = ~ place | id), NULL),
  ar1h = marginal(corAR1(form = ~ place | id), own)
)
jsonlite::write_json(found, arguments[2], auto_unbox = TRUE, digits = NA)
