# The normalised residuals of nlme's gls: Rscript residuals.R DATA.csv OUT.json.
# Exit code 3, naming them, when packages are missing.
arguments <- commandArgs(trailingOnly = TRUE)
needed <- c("nlme", "jsonlite")
missing <- needed[!vapply(needed, requireNamespace, logical(1), quietly = TRUE)]
if (length(missing)) {
  cat(missing, sep = ", ")
  quit(status = 3)
}
library(nlme)

data <- read.csv(arguments[1])
data$id <- factor(data$id)
data$visit <- factor(data$visit)
data$place <- as.integer(data$visit)

normalised <- function(correlation, weights) {
  control <- glsControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-12, msTol = 1e-12, opt = "nlminb")
  tryCatch({
    model <- gls(pain ~ age + visit, data, correlation = correlation, weights = weights, control = control)
    list(residuals = as.numeric(residuals(model, type = "normalized")), loglik = as.numeric(logLik(model)))
  }, error = function(failure) list(error = conditionMessage(failure)))
}

own <- varIdent(form = ~ 1 | visit)
found <- list(
  un = normalised(corSymm(form = ~ place | id), own),
  ar1 = normalised(corAR1(form = ~ place | id), NULL),
  ar1h = normalised(corAR1(form = ~ place | id), own),
  cs = normalised(corCompSymm(form = ~ place | id), NULL)
)
jsonlite::write_json(found, arguments[2], auto_unbox = TRUE, digits = NA)
