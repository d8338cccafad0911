# Synthetic data sets of the reference results. All but sleepstudy and orthodont are simulated here with fixed seeds.
# Run: Rscript make_data.R   (R 4.2.2; writes the CSVs next to this script)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
rmv <- function(n, S) matrix(rnorm(n * ncol(S)), n) %*% chol(S)
wk <- c(0, 1, 2, 12)
clamp <- function(M, lo, hi = Inf) { M[] <- pmin(pmax(as.vector(M), lo), hi); M }
long <- function(id, Y, times, name, extra = NULL) {
  d <- data.frame(id = rep(id, each = length(times)), week = rep(times, length(id)))
  if (!is.null(extra)) d <- cbind(d, extra[rep(seq_along(id), each = length(times)), , drop = FALSE])
  d[[name]] <- as.vector(t(Y)); rownames(d) <- NULL; d
}

## 1. pilot26: 26-patient single-arm pilot (NRS integers, lumbar flexion ROM in whole degrees, ODI even %), weeks 0,1,2,12
set.seed(20240817)
n <- 26; id <- sprintf("P%02d", 1:n)
age <- round(rnorm(n, 47, 11)); sex <- sample(c("F", "M"), n, TRUE, c(.6, .4))
sev <- rnorm(n)
mu <- c(6.5, 4.6, 3.6, 2.5); sd <- c(1.3, 1.6, 1.7, 1.8)
R <- outer(1:4, 1:4, function(i, j) .62^(abs(i - j) * .7))
E <- rmv(n, R) * .9 + sev * .45
nrs <- clamp(round(sweep(sweep(E, 2, sd, "*"), 2, mu, "+")), 0, 10)
nrs[, 1] <- pmax(nrs[, 1], 4)                                   # inclusion criterion: baseline NRS >= 4
rmu <- c(20.92, 27.5, 30.8, 36.4); rsd <- c(7.5, 8.4, 8.8, 9.6)
rom <- round(sweep(sweep(rmv(n, outer(1:4, 1:4, function(i, j) .8^(abs(i - j) * .6))) - .25 * sev, 2, rsd, "*"), 2, rmu, "+"))
rom <- clamp(rom, 4)
k <- 544 - sum(rom[, 1]); o <- order(-abs(rom[, 1] - 21))       # baseline mean 544/26 = 20.923
for (i in seq_len(abs(k))) rom[o[(i - 1) %% n + 1], 1] <- rom[o[(i - 1) %% n + 1], 1] + sign(k)
odi0 <- 2 * round(pmin(45, pmax(10, 21 + 4.5 * sev + rnorm(n, 0, 4)))) 
odi12 <- 2 * round(pmax(0, odi0 / 2 * .42 + rnorm(n, 0, 3.2)))
odi <- cbind(odi0, NA, NA, odi12)
miss <- rbind(c(5, 3), c(11, 4), c(17, 4), c(17, 3), c(22, 2))  # intermittent, monotone and single gaps
for (i in seq_len(nrow(miss))) { nrs[miss[i, 1], miss[i, 2]] <- NA; rom[miss[i, 1], miss[i, 2]] <- NA }
odi[c(11, 17), 4] <- NA
d <- long(id, nrs, wk, "nrs", data.frame(age, sex)); d$rom <- as.vector(t(rom)); d$odi <- as.vector(t(odi))
write.csv(d, "pilot26.csv", row.names = FALSE, na = "")
cat("pilot26: NRS means", round(colMeans(nrs, na.rm = TRUE), 2), " ROM", round(colMeans(rom, na.rm = TRUE), 2), " ODI", mean(odi0), mean(odi[, 4], na.rm = TRUE), "\n")

## 2. nrs26: 26 x 4 with heavy monotone dropout plus intermittent gaps
set.seed(31415)
S <- diag(c(1.2, 1.7, 1.9, 2.2)) %*% (matrix(.55, 4, 4) + diag(.45, 4)) %*% diag(c(1.2, 1.7, 1.9, 2.2))
Y <- clamp(round(sweep(rmv(26, S), 2, c(6.6, 5, 4, 3), "+")), 0, 10)
drop <- c(rep(5, 17), 4, 4, 4, 4, 3, 3, 2, 2, 5); for (i in 1:26) if (drop[i] <= 4) Y[i, drop[i]:4] <- NA
Y[3, 2] <- NA; Y[9, 3] <- NA; Y[14, 2] <- NA
write.csv(long(sprintf("S%02d", 1:26), Y, wk, "nrs"), "nrs26.csv", row.names = FALSE, na = "")

## 3. twoarm200: two arms, 5 sites, baseline covariate, post-baseline visits 1,2,12,24
set.seed(2718)
n <- 200; arm <- rep(c("control", "active"), n / 2); site <- sample(sprintf("site%d", 1:5), n, TRUE, c(.3, .25, .2, .15, .1))
base <- pmin(10, pmax(3, round(rnorm(n, 6.5, 1.4))))
S <- diag(c(1.5, 1.8, 2, 2.3)) %*% (.75^abs(outer(1:4, 1:4, "-"))) %*% diag(c(1.5, 1.8, 2, 2.3))
eff <- rbind(control = c(5.6, 5.1, 4.6, 4.4), active = c(5.2, 4.3, 3.5, 3.1))
Y <- eff[arm, ] + .6 * (base - 6.5) + c(site1 = 0, site2 = .4, site3 = -.3, site4 = .2, site5 = -.6)[site] + rmv(n, S)
Y <- round(Y * 10) / 10                                          # VAS-like, one decimal, unbounded on purpose
h <- runif(n); dr <- ifelse(h < .06, 2, ifelse(h < .12, 3, ifelse(h < .21, 4, 5)))
for (i in 1:n) if (dr[i] <= 4) Y[i, dr[i]:4] <- NA
g <- cbind(sample(n, 14), sample(2:4, 14, TRUE)); Y[g] <- NA
write.csv(long(sprintf("T%03d", 1:n), Y, c(1, 2, 12, 24), "y", data.frame(arm, site, base)), "twoarm200.csv", row.names = FALSE, na = "")

## 4. glmm80: NRS 0..10, two arms, 4 visits: for binomial(10) AGHQ and cumulative logit
set.seed(1618)
n <- 80; arm <- rep(c("control", "active"), n / 2); b <- rnorm(n, 0, .8)
eta <- outer(b, c(.7, .1, -.3, -.7), "+") + outer(arm == "active", c(0, -.3, -.5, -.8))
Y <- matrix(rbinom(n * 4, 10, plogis(eta + rnorm(n * 4, 0, .15))), n); Y[cbind(sample(n, 20), sample(2:4, 20, TRUE))] <- NA
odi <- round(exp(outer(b * .5, log(c(42, 34, 29, 22)), "+")) * matrix(rgamma(n * 4, 9, 9), n)); odi <- clamp(odi, 1); odi[is.na(Y)] <- NA
d <- long(sprintf("G%02d", 1:n), Y, wk, "nrs", data.frame(arm)); d$odi <- as.vector(t(odi))
write.csv(d, "glmm80.csv", row.names = FALSE, na = "")

## 5. public teaching data re-exported from Debian's r-cran-lme4 / r-cran-nlme (reference use only)
if (requireNamespace("lme4", quietly = TRUE)) write.csv(lme4::sleepstudy, "sleepstudy.csv", row.names = FALSE)
if (requireNamespace("nlme", quietly = TRUE)) write.csv(as.data.frame(nlme::Orthodont), "orthodont.csv", row.names = FALSE)
