# What lme4::glmer, ordinal::clmm and glmmTMB make of one data set.
# Rscript generalised.R DATA.csv OUT.json. Exit code 3, naming them, when packages are missing.
arguments <- commandArgs(trailingOnly = TRUE)
needed <- c("lme4", "ordinal", "glmmTMB", "jsonlite")
missing <- needed[!vapply(needed, requireNamespace, logical(1), quietly = TRUE)]
if (length(missing)) {
  cat(missing, sep = ", ")
  quit(status = 3)
}

data <- read.csv(arguments[1])
data$id <- factor(data$id)
data$arm <- factor(data$arm, levels = c("control", "active"))
data$visit <- factor(data$visit)
# Packages warn of what their tolerances are below; what they found is judged by the test.
quietly <- function(expression) suppressWarnings(suppressMessages(expression))

by_glmer <- function() {
  formula <- cbind(nrs, 10 - nrs) ~ age + arm * visit + (1 | id)
  tight <- list(xtol_abs = 1e-12, ftol_abs = 1e-13, xtol_rel = 0, ftol_rel = 0, maxeval = 1e5)
  control <- lme4::glmerControl("nloptwrap", calc.derivs = FALSE, tolPwrss = 1e-13, optCtrl = tight)
  near <- quietly(lme4::glmer(formula, data, family = stats::binomial(), control = control))
  start <- list(fixef = lme4::fixef(near), theta = lme4::getME(near, "theta"))
  model <- quietly(lme4::glmer(formula, data, family = stats::binomial(), nAGQ = 11, start = start, control = control))
  list(
    names = names(lme4::fixef(model)),
    estimates = c(as.numeric(lme4::fixef(model)), as.numeric(lme4::getME(model, "theta"))),
    laplace = c(as.numeric(lme4::fixef(near)), as.numeric(lme4::getME(near, "theta"))),
    loglik_laplace = as.numeric(logLik(near))
  )
}

by_clmm <- function() {
  data$nrs <- factor(data$nrs, ordered = TRUE)
  control <- ordinal::clmm.control(gradTol = 1e-8, maxIter = 200, maxLineIter = 50)
  model <- quietly(ordinal::clmm(nrs ~ age + arm * visit + (1 | id), data = data, nAGQ = 10, control = control))
  list(
    names = c(names(model$alpha), names(model$beta)),
    estimates = as.numeric(c(model$alpha, model$beta, sqrt(ordinal::VarCorr(model)$id[1]))),
    loglik = as.numeric(logLik(model)),
    vcov = unname(vcov(model)),
    gradient = max(abs(model$gradient))
  )
}

by_glmmtmb <- function() {
  control <- glmmTMB::glmmTMBControl(optCtrl = list(iter.max = 5000, eval.max = 5000, rel.tol = 1e-14))
  model <- quietly(glmmTMB::glmmTMB(
    score ~ age + arm * visit + (1 | id), data, family = stats::Gamma(link = "log"), control = control
  ))
  sd <- as.numeric(attr(glmmTMB::VarCorr(model)$cond$id, "stddev"))
  list(
    names = names(glmmTMB::fixef(model)$cond),
    estimates = c(as.numeric(glmmTMB::fixef(model)$cond), sd, -2 * log(stats::sigma(model))),
    loglik = as.numeric(logLik(model)),
    vcov = unname(vcov(model)$cond)
  )
}

found <- list(
  versions = lapply(setNames(needed, needed), function(name) as.character(packageVersion(name))),
  binomial = by_glmer(),
  cumulative = by_clmm(),
  gamma = by_glmmtmb()
)
jsonlite::write_json(found, arguments[2], auto_unbox = TRUE, digits = NA)
